// Makes a data folder with a long history: node packages/testkit/src/bench/make-history.ts FOLDER [MILLIONS]
import { makeHistory } from '@apsis/store/bench'

const [folder, millions = '10'] = process.argv.slice(2)
const runs = Number(millions) * 1_000_000
if (folder === undefined || !Number.isSafeInteger(runs) || runs < 1) {
  process.stderr.write('usage: make-history.ts FOLDER [MILLIONS of runs, default 10]\n')
  process.exitCode = 2
} else {
  const from = performance.now()
  const say = (line: string): void => {
    process.stdout.write(`${((performance.now() - from) / 1_000).toFixed(1)} s: ${line}\n`)
  }
  await makeHistory({ folder, runs, until: Date.now(), say })
  say('made')
}
