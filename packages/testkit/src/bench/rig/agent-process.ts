import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'
import { LocalAgent } from '../../agent/index.ts'

/** What an agent process is told: to start procs, or to tell the result of one when it has ended. */
export type Order = { readonly start: Readonly<Record<string, ProcSpec>> } | { readonly await: string }

/** Its answers, in the order of the orders. */
export type Answer =
  | { readonly done: true }
  | { readonly result: Pick<ProcResult, 'state' | 'times' | 'fds'> }
  | { readonly failed: string }

// An agent without a server as a process of its own, told by its parent what to do: FOLDER. With its parent it and its procs end.
const scope = new AsyncDisposableStack()
const agent = await LocalAgent.start(scope, process.argv[2] ?? '')
let before: Promise<void> = Promise.resolve()
process.on('message', (order: Order) => {
  before = before.then(async () => void process.send?.(await take(order)))
})
process.on('disconnect', () => void scope.disposeAsync())
process.send?.({ done: true } satisfies Answer)

async function take(order: Order): Promise<Answer> {
  try {
    if ('await' in order) {
      const { state, times, fds } = await agent.ended(order.await)
      return { result: { state, times, fds } }
    }
    const refused = await agent.handle.request({ type: 'ProcStartRequest', specs: order.start })
    if (refused !== null) return { failed: JSON.stringify(refused) }
    for (const id of Object.keys(order.start)) await agent.resultOnce(id, ({ times }) => times.start !== null)
    return { done: true }
  } catch (error) {
    return { failed: String(error) }
  }
}
