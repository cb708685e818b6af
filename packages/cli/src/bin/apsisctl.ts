#!/usr/bin/env node
import { start } from './start.ts'

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
