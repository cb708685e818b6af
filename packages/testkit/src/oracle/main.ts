// `npm run oracle`: every zone, every transition of the years 1970 to 2037, or of the zones named only. Ends with 1 on any difference.
import { groupsOf } from './check-group.ts'
import { Crew } from './crew.ts'
import { add, emptyReport } from './report.ts'
import type { Transition } from './transitions.ts'
import type { Answer, Task } from './worker.ts'
import { zoneNames } from './zone-names.ts'

/** Groups that a worker is given at a time. */
const BATCH = 20

const begun = performance.now()
const sum = emptyReport()
const zones = new Map<string, readonly Transition[]>()
const named = process.argv.slice(2)
const names = named.length > 0 ? named : zoneNames()

const crew = new Crew()
try {
  await perform(
    'zones searched',
    names.map((zone) => ({ kind: 'zone', zone })),
  )
  // In the order of the names, whichever worker was the first.
  const groups = groupsOf(new Map(names.map((name) => [name, zones.get(name) ?? []])))
  const transitions = [...zones.values()].reduce((total, { length }) => total + length, 0)
  console.log(`${transitions} transitions, ${groups.length} different ones`)
  const batches = Array.from({ length: Math.ceil(groups.length / BATCH) }, (_, index) =>
    groups.slice(index * BATCH, (index + 1) * BATCH),
  )
  await perform(
    'batches compared',
    batches.map((groups) => ({ kind: 'groups', groups })),
  )
} finally {
  await crew.end()
}

for (const { what, expected, got } of sum.told) console.log(`\n${what}\n  expected ${expected}\n  got      ${got}`)
const seconds = Math.round((performance.now() - begun) / 1_000)
console.log(
  `oracle: ${sum.comparisons} comparisons in ${names.length} zones, ${sum.different} differences, ${seconds} s`,
)
process.exitCode = sum.different === 0 ? 0 : 1

async function perform(what: string, tasks: readonly Task[]): Promise<void> {
  let finished = 0
  await crew.perform(tasks, (answer: Answer) => {
    if (answer.kind === 'zone') zones.set(answer.check.zone, answer.check.transitions)
    add(sum, answer.kind === 'zone' ? answer.check.report : answer.report)
    finished++
    if (finished % Math.ceil(tasks.length / 20) !== 0 && finished !== tasks.length) return
    const seconds = Math.round((performance.now() - begun) / 1_000)
    const { comparisons, different } = sum
    console.log(
      `${finished} of ${tasks.length} ${what}: ${comparisons} comparisons, ${different} differences, ${seconds} s`,
    )
  })
}
