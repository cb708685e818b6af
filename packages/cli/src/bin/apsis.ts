#!/usr/bin/env node
import { start } from './start.ts'

await start(async () => {
  const [{ apsis }, { processContext }] = await Promise.all([import('../apsis/index.ts'), import('./context.ts')])
  return apsis(process.argv.slice(2), processContext())
})
