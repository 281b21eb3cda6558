#!/bin/sh
# The command line `renum`, from any folder; it prepares its clone by itself.
set -u
here=$(readlink "$0") && case "$here" in /*) ;; *) here=$(dirname "$0")/$here ;; esac || here=$0
root=$(cd "$(dirname "$here")/.." && pwd)
sh "$root/scripts/bootstrap.sh" install build || exit 1
PATH="$root/node_modules/.bin:$PATH" exec node "$root/dist/apps/cli/main.js" "$@"
