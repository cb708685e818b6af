#!/usr/bin/env node
import { start } from './start.ts'

await start(async () => {
  const [{ procstar }, { processContext }] = await Promise.all([import('../procstar/index.ts'), import('./context.ts')])
  return procstar(process.argv.slice(2), processContext(), process.env)
})
