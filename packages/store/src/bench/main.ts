// Prints how many no-op runs a second the store alone takes: node packages/store/src/bench/main.ts [RUNS]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../sqlite/index.ts'
import { pushRuns } from './throughput.ts'

const count = Number(process.argv[2] ?? 10_000)
const folder = await mkdtemp(join(tmpdir(), 'apsis-store-bench-'))
try {
  const store = await openSqliteStore({ folder })
  for (let round = 0; round < 3; round++) {
    const options = { count, first: 1 + round * count, group: 500, inFlight: 2 }
    const { runsPerSecond, milliseconds } = await pushRuns(store, options, () => performance.now())
    process.stdout.write(`${count} runs in ${milliseconds.toFixed(0)} ms: ${runsPerSecond.toFixed(0)} runs/s\n`)
  }
  await store.close()
} finally {
  await rm(folder, { recursive: true })
}
