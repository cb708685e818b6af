import type { Reader, StoredFact, Verdict } from '@apsis/store/port'

const ALL = 10_000_000

interface Decided {
  readonly verdict: Verdict
  readonly at: number
}

/**
 * SIM21: decides every instant again from the log of its run alone, and compares with what the ledger says: the verdict, and when. Of a run that was
 * missed the reason too.
 */
export async function checkReplay(read: Reader, problem: (text: string) => void): Promise<number> {
  let decided = 0
  for (const row of await read.instants(null, 0, Number.MAX_SAFE_INTEGER, ALL)) {
    if (row.runId === null) continue
    const log = await read.log(row.runId)
    const again = verdictFrom(log, row.due)
    const text = `${row.runId} of ${row.jobId}`
    if (again === null) {
      if (row.verdict !== null) problem(`SIM21: ${text} is ${row.verdict}, its log decides nothing`)
      continue
    }
    decided++
    const { verdict, at } = again
    if (row.verdict !== verdict || row.decidedAt !== at)
      problem(`SIM21: ${text} is ${row.verdict} since ${row.decidedAt}, from its log ${verdict} since ${at}`)
    const said = log.some(({ fact }) => 'message' in fact && row.reason !== null && fact.message.includes(row.reason))
    if (verdict === 'missed' && !said) problem(`SIM21: ${text} was missed: ${row.reason}, its log does not say why`)
  }
  return decided
}

/** The first thing in the log that decides. */
function verdictFrom(log: readonly StoredFact[], due: number): Decided | null {
  for (const { fact, time } of log) {
    if (fact.type === 'log') {
      if (fact.message.startsWith('moved')) return { verdict: 'superseded', at: time }
      // Of what is due and held by a user the log says so in a line of its own; a pause holds what is due.
      const byPause = fact.message.startsWith('held') && fact.message.includes(' is paused') && time >= due
      if (fact.message.startsWith('due, but held') || byPause) return { verdict: 'held', at: time }
    }
    if (fact.type !== 'state') continue
    if (fact.state === 'skipped') return { verdict: isMissed(fact.message) ? 'missed' : 'skipped', at: time }
    if (fact.state === 'error') return { verdict: 'missed', at: time }
    if (fact.state !== 'new' && fact.state !== 'scheduled') return { verdict: 'started', at: time }
  }
  return null
}

function isMissed(message: string): boolean {
  return message.startsWith('skipped: missed')
}
