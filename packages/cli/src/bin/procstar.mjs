#!/bin/sh
':' //; for node in "${0%/*}/node" "${0%/*}/../../../../node_modules/.bin/node"; do [ -x "$node" ] && exec "$node" --no-opt --no-maglev --no-sparkplug "$0" "$@"; done
':' //; case $(node --version) in v2[6-9].*|v[3-9][0-9].*) exec node --no-opt --no-maglev --no-sparkplug "$0" "$@" ;; esac
':' //; echo "${0##*/}: needs Node 26 or later; npm start, or npx ${0##*/}, in a clone installs and takes one" >&2; exit 1

// To a shell the lines above choose the Node that is installed beside this command, whichever one the machine has; to Node they mean nothing.
// No TypeScript on the way to the compile cache: taking the types out of even one file loads a compiler, longer than all the rest. What was compiled
// once is taken from the cache.
// What runs to start is not worth optimizing, and the compilers would stay in memory. The agent lets them in when it has work. Given above, as Node
// compiles before this file begins; again here for who starts it with a Node of theirs, before anything else, as the cache is kept per flags.
const { setFlagsFromString } = process.getBuiltinModule('node:v8')
setFlagsFromString('--no-opt')
setFlagsFromString('--no-maglev')
setFlagsFromString('--no-sparkplug')
await import('./compile-cache.mjs')

const [{ procstar }, { default: manifest }] = await Promise.all([
  import('../procstar/index.ts'),
  import('../../package.json', { with: { type: 'json' } }),
])
process.exitCode = await procstar(process.argv.slice(2), manifest.version, process.env)
