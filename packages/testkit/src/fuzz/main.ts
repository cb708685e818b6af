import { parseArgs } from 'node:util'
import { PARTS } from './parts.ts'

// `main.ts [--seconds N] [--seed N]`: each part so long, with a line of what came of it. Ends with 1 at the first that breaks a rule.
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
})

function whole(name: keyof typeof values): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0) return number
  console.error(`--${name}: expected a whole number, got ${values[name]}`)
  process.exit(2)
}

const [seconds, seed] = [whole('seconds'), whole('seed')]
for (const { rule, run } of PARTS) {
  await using scope = new AsyncDisposableStack()
  const from = performance.now()
  const { inputs, outcomes } = await run(scope, { seed, enough: () => performance.now() - from > seconds * 1000 })
  console.log(`${rule}: ${inputs} inputs: ${JSON.stringify(Object.fromEntries(outcomes))}`)
}
