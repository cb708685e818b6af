import { type Effect, mayPrecedeRecord, type Run, type RunInput } from '@apsis/core/run'
import type { CommandReply } from './commands.ts'
import type { Early, Unrecorded } from './early.ts'
import type { Agents } from './ports.ts'

/** Answers who asked. */
export type Reply = (answer: CommandReply<Run>) => void

interface Step {
  readonly after: Run
  readonly input: RunInput
  readonly effects: readonly Effect[]
  readonly reply: Reply | undefined
}

/**
 * What is left to do of a step when it is durable: `perform`, then `reply`. That is all of it, unless it takes too long to become durable: then what
 * may go before goes, and who asked for a stop or a signal is answered where the store fails. Nothing is started before that is durable.
 */
export function restOfStep(
  { after, input, effects, reply }: Step,
  ports: {
    readonly early: Pick<Early, 'add'>
    readonly agents: Pick<Agents, 'connected'>
    readonly perform: (effects: readonly Effect[]) => void
  },
): { readonly perform: () => void; readonly reply: Reply } {
  const sends = mayPrecedeRecord(after, effects)
  const asked = reply !== undefined && (input.type === 'stop' || input.type === 'signal') ? input.type : null
  if (!sends && asked === null) {
    return { perform: () => ports.perform(effects), reply: (answer) => reply?.(answer) }
  }
  let left: Pick<Step, 'effects' | 'reply'> = { effects, reply }
  const act = (): void => {
    left = { ...left, effects: [] }
    ports.perform(effects)
  }
  const answer = (what: 'stop' | 'signal') => (why: Unrecorded) => {
    left = { ...left, reply: undefined }
    reply?.(unrecorded(after, what, progress(after, what, effects, ports.agents), why))
  }
  const durable = ports.early.add(sends ? act : null, asked === null ? null : answer(asked))
  return {
    perform: () => ports.perform(left.effects),
    reply: (given) => {
      durable()
      left.reply?.(given)
    },
  }
}

/** What has become, without a record, of what was asked. */
function progress(
  run: Run,
  what: 'stop' | 'signal',
  effects: readonly Effect[],
  agents: Pick<Agents, 'connected'>,
): string {
  const agent = 'handle' in run ? (run.handle?.agent ?? null) : null
  const reached = agent === null || agents.connected(agent)
  // A repeat sends nothing: the first stop goes as this one would have.
  const repeated = run.state === 'stopping' && effects.length === 0
  const goes = mayPrecedeRecord(run, effects) || (repeated && run.times.running !== undefined)
  if (goes && reached) return 'is sent'
  if (repeated && !goes) return 'is taken, and sent when the first one is recorded'
  if (goes)
    return what === 'stop' ? 'is taken, and sent when its agent is back' : 'is not sent: its agent is not connected'
  return 'is taken, and not sent before it is recorded'
}

/** The answer to a stop or a signal that the store has not taken. */
function unrecorded(run: Run, what: 'stop' | 'signal', done: string, why: Unrecorded): CommandReply<Run> {
  const store = {
    failing: "since the store takes nothing: the server's log says why",
    silent: 'since the store has not answered for 10 s',
  }[why]
  return {
    ok: false,
    rejection: { code: 'UNRECORDED', message: `the ${what} of ${run.id} ${done}; it is not recorded, ${store}` },
  }
}
