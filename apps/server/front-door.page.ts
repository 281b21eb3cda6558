import { createHash } from 'node:crypto';
import type { FrontDoorView } from './front-door.views.js';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 32rem; margin: 16vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.75rem; margin: 0 }
h1 small { font-size: 1rem; font-weight: 400; opacity: .7 }
p { margin: .25rem 0 2rem; opacity: .8 }
ul { list-style: none; margin: 0; padding: 0 }
li { border-top: 1px solid #8886 }
a { display: flex; justify-content: space-between; padding: .75rem .25rem; color: inherit; text-decoration: none }
a:hover span, a:focus-visible span { text-decoration: underline }
code { opacity: .7 }
`;

/** The page needs nothing but its own style, which the policy knows by its hash. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Three nodes joined: a team. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" stroke="#36c" fill="#36c" stroke-width="2">' +
      '<path d="M8 8 24 16 8 24"/><circle cx="8" cy="8" r="4"/><circle cx="24" cy="16" r="4"/><circle cx="8" cy="24" r="4"/></svg>',
  );

const TITLES: Readonly<Record<string, string>> = {
  docs: 'API reference',
  openapi: 'OpenAPI document',
  health: 'Health',
};

/** `view` holds only constants of this program, so nothing needs escaping. */
export function pageOf({ version, links }: FrontDoorView): string {
  const items = Object.entries(links).flatMap(([name, path]) => {
    const title = TITLES[name];
    return title ? `<li><a href="${path}"><span>${title}</span><code>${path}</code></a></li>` : [];
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Renum</title><link rel="icon" href="${ICON}"><style>${STYLE}</style></head>
<body><main>
<h1>Renum <small>${version}</small></h1>
<p>A backend for teams of AI agents.</p>
<ul>${items.join('')}</ul>
</main></body>
</html>
`;
}
