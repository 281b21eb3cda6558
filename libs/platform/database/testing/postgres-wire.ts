import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const STARTUP_BYTES = 4;
const HEADER_BYTES = 5;

/** What a session says whose database ends. */
const DYING = messageOf('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');

interface Session {
  readonly near: Socket;
  readonly far: Socket;
  /** Texts of prepared statements by their name. */
  readonly prepared: Map<string, string>;
}

/**
 * The line between a server and its PostgreSQL. It hears every statement (one `statements` entry is one round trip),
 * can be cut between a COMMIT and its answer, and can be taken away and given back.
 */
export class PostgresWire {
  /** The texts of what was asked, in order. */
  readonly statements: string[] = [];
  readonly #sessions = new Set<Session>();
  #losing: { readonly text: RegExp; passings: number; readonly lost: () => void } | null = null;
  #isAway = false;
  #isDying = false;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('connection', (near) => this.#join(near));
  }

  static async to(url: string): Promise<PostgresWire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PostgresWire(new URL(url), server);
  }

  /** The database at the other end, through this line. */
  get url(): string {
    const address = this.server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return Object.assign(new URL(this.target), { port: String(port) }).href;
  }

  /** The next statement like this (or the n-th) is done and committed over there, and its session cut before the answer comes. */
  loseAnswerTo(text: RegExp, passings = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#losing = { text, passings, lost: resolve };
    });
  }

  /** Ends every session and refuses new ones, as a database does that is gone. */
  takeAway(): void {
    this.#isAway = true;
    for (const session of this.#sessions) this.#end(session);
  }

  /** New sessions are told in one breath that they are welcome and that the database ends. */
  endNewSessions(): void {
    this.#isDying = true;
  }

  giveBack(): void {
    this.#isAway = false;
    this.#isDying = false;
  }

  async close(): Promise<void> {
    this.takeAway();
    this.server.close();
    await once(this.server, 'close');
  }

  #join(near: Socket): void {
    if (this.#isAway) return void near.destroy();
    const far = connect(Number(this.target.port), this.target.hostname);
    const session = { near, far, prepared: new Map<string, string>() };
    this.#sessions.add(session);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.#end(session)).on('close', () => this.#end(session));
    }
    this.#carry(session);
  }

  #carry(session: Session): void {
    const { near, far } = session;
    let heldBack: (() => void) | null = null;
    let text = '';
    let welcomed = 0;
    const asked = messages(STARTUP_BYTES, (type, body) => {
      text = textOf(session, type, body) ?? text;
      if (type !== 'S' && type !== 'Q') return;
      this.statements.push(text);
      const losing = this.#losing;
      if (!losing?.text.test(text) || --losing.passings > 0) return;
      this.#losing = null;
      heldBack = losing.lost;
    });
    const answered = messages(0, (type) => {
      if (type === 'Z') welcomed++;
      if (type !== 'Z' || !heldBack) return;
      this.#end(session);
      heldBack();
    });
    near.on('data', (chunk) => {
      asked(chunk);
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      const [isHeldBack, isNew] = [heldBack !== null, welcomed === 0];
      answered(chunk);
      if (this.#isDying && isNew && welcomed > 0) near.end(Buffer.concat([chunk, DYING]));
      else if (!isHeldBack) near.write(chunk);
    });
  }

  #end(session: Session): void {
    this.#sessions.delete(session);
    session.near.destroy();
    session.far.destroy();
  }
}

function messageOf(type: string, text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length + length.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(text)]);
}

/** What a message of a client asks for; undefined: it does not say. */
function textOf({ prepared }: Session, type: string, body: Buffer): string | undefined {
  const [first = '', second = ''] = body.toString('utf8', 0, body.length).split('\0', 2);
  switch (type) {
    case 'Q':
      return first;
    case 'P':
      prepared.set(first, second);
      return second;
    case 'B':
      return prepared.get(second);
    default:
      return undefined;
  }
}

/** Takes a stream apart into its messages; the first of a client has no letter. */
function messages(untyped: number, tell: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isFirst = untyped > 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const header = isFirst ? untyped : HEADER_BYTES;
      if (rest.length < header) return;
      const length = rest.readInt32BE(header - 4) + header - 4;
      if (rest.length < length) return;
      if (!isFirst) tell(String.fromCharCode(rest[0] ?? 0), rest.subarray(header, length));
      isFirst = false;
      rest = rest.subarray(length);
    }
  };
}
