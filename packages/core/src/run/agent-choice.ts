/** An agent that a run may be given to. */
export interface AgentCandidate {
  readonly agent: string
  /** How many live runs it has. */
  readonly load: number
  /** When it was last chosen, as a count of choices: the lower, the longer ago. */
  readonly chosen: number
}

/** Which agent of a group was chosen, and of which ones. */
export interface AgentChoice {
  readonly group: string
  readonly agent: string
  readonly load: number
  /** Those that would have been next, in that order; at most `NAMED`. */
  readonly others: readonly Omit<AgentCandidate, 'chosen'>[]
  /** How many more there were. */
  readonly more: number
}

/** Agents that a choice names beside the chosen one. */
const NAMED = 4
/** A name as `written` gives it. */
const NAME = '([^\\s",]+|"(?:[^"\\\\]|\\\\.)*")'
const LEAD = new RegExp(`^agent ${NAME} of group ${NAME}: (\\d+) runs?; others: (.*)$`, 's')
const OTHER = new RegExp(`^(?:${NAME} (\\d+)|(\\d+) more)(?:, |$)`)

/** Of these agents the one with the least load; of several the one that was chosen the longest ago. Null where there is none. */
export function chooseAgent(group: string, candidates: Iterable<AgentCandidate>): AgentChoice | null {
  // No more are kept than are named: a group may have thousands.
  const first: AgentCandidate[] = []
  let count = 0
  for (const candidate of candidates) {
    count++
    let at = first.length
    for (let before = first[at - 1]; before !== undefined && isBefore(candidate, before); before = first[at - 1]) at--
    if (at > NAMED) continue
    first.splice(at, 0, candidate)
    if (first.length > NAMED + 1) first.pop()
  }
  const [best, ...others] = first
  if (best === undefined) return null
  const named = others.map(({ agent, load }) => ({ agent, load }))
  return { group, agent: best.agent, load: best.load, others: named, more: count - first.length }
}

/** The line of the log for a choice; null where there was none to make, as there was one agent only. `agentChoiceOf` reads it. */
export function agentChoiceText({ group, agent, load, others, more }: AgentChoice): string | null {
  if (others.length === 0) return null
  const names = others.map((other) => `${written(other.agent)} ${other.load}`)
  const all = more === 0 ? names : [...names, `${more} more`]
  const runs = load === 1 ? 'run' : 'runs'
  return `agent ${written(agent)} of group ${written(group)}: ${load} ${runs}; others: ${all.join(', ')}`
}

/** The choice that a line of the log tells of; null when it is another line. */
export function agentChoiceOf(text: string): AgentChoice | null {
  const [whole, agent, group, load, rest = ''] = LEAD.exec(text) ?? []
  if (whole === undefined || agent === undefined || group === undefined) return null
  const others: { agent: string; load: number }[] = []
  let more = 0
  for (let left = rest; left !== ''; ) {
    const [part, name, its, beyond] = OTHER.exec(left) ?? []
    if (part === undefined) return null
    if (name === undefined) more = Number(beyond)
    else others.push({ agent: read(name), load: Number(its) })
    left = left.slice(part.length)
  }
  return { group: read(group), agent: read(agent), load: Number(load), others, more }
}

function isBefore(one: AgentCandidate, other: AgentCandidate): boolean {
  return one.load < other.load || (one.load === other.load && one.chosen < other.chosen)
}

// A name may hold anything but control characters.
function written(name: string): string {
  return /^[^\s",]+$/.test(name) ? name : JSON.stringify(name)
}

function read(written: string): string {
  if (!written.startsWith('"')) return written
  const name: unknown = JSON.parse(written)
  return typeof name === 'string' ? name : written
}
