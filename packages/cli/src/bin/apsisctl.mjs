#!/bin/sh
':' //; for node in "${0%/*}/node" "${0%/*}/../../../../node_modules/.bin/node"; do [ -x "$node" ] && exec "$node" "$0" "$@"; done
':' //; case $(node --version) in v2[6-9].*|v[3-9][0-9].*) exec node "$0" "$@" ;; esac
':' //; echo "${0##*/}: needs Node 26 or later; npm start, or npx ${0##*/}, in a clone installs and takes one" >&2; exit 1

// To a shell the lines above choose the Node that is installed beside this command, whichever one the machine has; to Node they mean nothing.
import { start } from './start.mjs'

await start(async () => {
  const [{ apsisctl }, { processContext }] = await Promise.all([import('../apsisctl/index.ts'), import('./context.ts')])
  return apsisctl(process.argv.slice(2), processContext(), {
    serve: async (options) => (await import('@apsis/server/main')).serve(options),
    onTermination: (callback) => {
      process.on('SIGTERM', callback).on('SIGINT', callback)
      return () => process.off('SIGTERM', callback).off('SIGINT', callback)
    },
    restart: () => {
      if (process.execve === undefined)
        throw new Error('this system cannot replace a process: start the server again by hand')
      return process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)])
    },
  })
})
