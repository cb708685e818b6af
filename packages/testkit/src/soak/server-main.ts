import { parseArgs } from 'node:util'
import { serverKills } from './server-kills.ts'

// `server-main.ts [--minutes N] [--full] [--seed N]`: kills of a real server and its agent under load, a set of half a minute after another, each
// followed by a check of everything; --full: ten minutes.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
  },
})
const minutes = values.full ? 10 : Number(values.minutes)
const seed = Number(values.seed)
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('--minutes: expected a number above 0; --seed: expected a whole number')
  process.exit(2)
}
console.log(`seed ${seed}`)
await using scope = new AsyncDisposableStack()
const duration = 30_000
const sets = Math.max(1, Math.round((minutes * 60_000) / duration))
console.log(JSON.stringify(await serverKills(scope, { sets, duration, seed, note: (line) => console.log(line) })))
