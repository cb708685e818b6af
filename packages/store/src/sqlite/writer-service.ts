import type { Outcome } from './group.ts'
import type { Ask, Methods } from './protocol.ts'
import { type Answer, answerWith } from './serve.ts'

/** A thread that writes: it commits what waits together, and does the rest one by one. */
export interface Writer<M extends Methods<M>, Request, Value> {
  /** File that failures are said of. */
  path(): string
  /** What a request asks to write, and its weight; null for a request that is none to commit. Called once for each. */
  request(ask: Ask<M>): { readonly request: Request; readonly weight: number } | null
  commit(requests: readonly Request[]): readonly Outcome<Value>[]
  /** Any other request. */
  call(ask: Ask<M>): unknown
}

/** Takes the requests that wait: those to commit in one transaction, up to the weight (rows, bytes) at which no more are taken. */
export function takeForWriter<M extends Methods<M>, Request, Value>(
  writer: Writer<M, Request, Value>,
  heaviest: number,
  asks: readonly Ask<M>[],
  answer: Answer,
): number {
  const requests: Request[] = []
  let weight = 0
  for (const ask of asks) {
    const wanted = weight < heaviest ? writer.request(ask) : null
    if (wanted === null) break
    requests.push(wanted.request)
    weight += wanted.weight
  }
  const [first] = asks
  if (requests.length === 0 && first !== undefined) {
    answerWith(
      first.id,
      () => writer.path(),
      () => writer.call(first),
      answer,
    )
    return 1
  }
  writer.commit(requests).forEach((outcome, index) => {
    const id = asks[index]?.id
    if (id !== undefined) answer(id, outcome.ok ? outcome.value : null, outcome.ok ? null : outcome.failure)
  })
  return requests.length
}
