#!/bin/sh
':' //; for node in "${0%/*}/node" "${0%/*}/../../../../node_modules/.bin/node"; do [ -x "$node" ] && exec "$node" "$0" "$@"; done
':' //; case $(node --version) in v2[6-9].*|v[3-9][0-9].*) exec node "$0" "$@" ;; esac
':' //; echo "${0##*/}: needs Node 26 or later; npm start, or npx ${0##*/}, in a clone installs and takes one" >&2; exit 1

// To a shell the lines above choose the Node that is installed beside this command, whichever one the machine has; to Node they mean nothing.
import { start } from './start.mjs'

await start(async () => {
  const [{ apsis }, { processContext }] = await Promise.all([import('../apsis/index.ts'), import('./context.ts')])
  return apsis(process.argv.slice(2), processContext())
})
