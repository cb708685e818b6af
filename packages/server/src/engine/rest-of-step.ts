import { type Effect, mayPrecedeRecord, type Run, type RunInput } from '@apsis/core/run'
import type { CommandReply } from './commands.ts'
import type { Early } from './early.ts'
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
 * What is left to do of a step when it is durable: `perform`, then `reply`. That is all of it, unless it takes too long to become durable and some of
 * it may go before; then who asked for a stop or a signal is answered, too. Nothing is started before that is durable.
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
  const asked = input.type === 'stop' || input.type === 'signal' ? input.type : null
  if (!sends && (asked === null || reply === undefined)) {
    return { perform: () => ports.perform(effects), reply: (answer) => reply?.(answer) }
  }
  let left: Pick<Step, 'effects' | 'reply'> = { effects, reply }
  const durable = ports.early.add(() => {
    left = { effects: sends ? [] : effects, reply: asked === null ? reply : undefined }
    if (sends) ports.perform(effects)
    if (asked !== null) reply?.(unrecorded(after, asked, sends, ports.agents))
  })
  return {
    perform: () => ports.perform(left.effects),
    reply: (answer) => {
      durable()
      left.reply?.(answer)
    },
  }
}

/** The answer to a stop or a signal that the store has not taken. */
function unrecorded(
  run: Run,
  what: 'stop' | 'signal',
  sends: boolean,
  agents: Pick<Agents, 'connected'>,
): CommandReply<Run> {
  const agent = 'handle' in run ? (run.handle?.agent ?? null) : null
  const sent = sends && (agent === null || agents.connected(agent))
  const done = sent ? 'is sent' : 'is taken but not sent yet'
  const message = `the ${what} of ${run.id} ${done}; it is not recorded, since the store takes nothing: the server's log says why`
  return { ok: false, rejection: { code: 'UNRECORDED', message } }
}
