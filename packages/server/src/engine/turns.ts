/** What is looked at in a turn. */
const PIECE = 200

/** Takes what is found piece by piece, each in a turn of the engine's own. Nulls only spend time. */
export type InTurns = <T>(found: Iterator<T | null>, take: (one: T) => void) => Promise<void>

/** In turns that `post` gives. */
export function inTurnsOf(post: (task: () => void) => void): InTurns {
  return async (found, take) => {
    for (let ended = false; !ended; ) {
      ended = await new Promise<boolean>((resolve) =>
        post(() => {
          for (let looked = 0; looked < PIECE; looked++) {
            const next = found.next()
            if (next.done === true) return resolve(true)
            if (next.value !== null) take(next.value)
          }
          resolve(false)
        }),
      )
    }
  }
}
