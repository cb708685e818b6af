/** The states of a run, in the order of its life. */
export const STATES = [
  'new',
  'scheduled',
  'waiting',
  'starting',
  'running',
  'stopping',
  'success',
  'failure',
  'error',
  'skipped',
] as const

export type State = (typeof STATES)[number]

/**
 * The legal moves of a run. The one table from which groups, docs and tests derive.
 * Source: spec/apsis.md 6.2; `starting → stopping` by spec/decisions.md (stop is accepted in `starting`);
 * `mark` moves between finished states outside this table (see `MARKS`).
 */
export const TRANSITIONS: Readonly<Record<State, readonly State[]>> = {
  new: ['scheduled', 'error', 'skipped'],
  scheduled: ['waiting', 'starting', 'error', 'skipped'],
  waiting: ['starting', 'error', 'skipped'],
  starting: ['running', 'stopping', 'error'],
  running: ['stopping', 'success', 'failure', 'error'],
  stopping: ['success', 'failure', 'error'],
  success: [],
  failure: [],
  error: [],
  skipped: [],
}

export type FinishedState = 'success' | 'failure' | 'error' | 'skipped'

/** States that no transition but `mark` leaves. */
export const FINISHED = ['success', 'failure', 'error', 'skipped'] as const

/** States in which a program may hold something outside of the server. */
export const ACTIVE = ['starting', 'running', 'stopping'] as const

/** Whether `state` is final: only `mark` leaves it. */
export function isFinished(state: State): state is FinishedState {
  return (FINISHED as readonly State[]).includes(state)
}

/** Whether the table allows the move. `mark` is not a move of the table. */
export function canMove(from: State, to: State): boolean {
  return TRANSITIONS[from].includes(to)
}

/** Every state from which `to` can be reached, `to` included. */
export function statesReaching(to: State): readonly State[] {
  const reaching = new Set<State>([to])
  for (let grown = true; grown; ) {
    grown = false
    for (const from of STATES) {
      if (!reaching.has(from) && TRANSITIONS[from].some((next) => reaching.has(next))) {
        reaching.add(from)
        grown = true
      }
    }
  }
  return STATES.filter((state) => reaching.has(state))
}
