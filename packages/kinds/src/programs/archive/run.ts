import type { JsonObject } from '@apsis/core/json'
import type { RunId } from '@apsis/core/run'
import type { ServerTaskRuntime, TaskContext, TaskOutcome } from '../../runtime/types.ts'

/** Runs moved in one step. */
const STEP = 100
/** Run ids that the metadata names; it says how many more there are. */
const NAMED = 10_000

/**
 * Moves runs a step at a time, until there are no more that are old enough, or as many as it may. Which those are was fixed when it first
 * began; a run that was moved is not there any more, so it may begin again.
 */
export const archiveRuntime: ServerTaskRuntime = {
  on: 'server',
  async run(bound, ctx) {
    const { age, path, count, chunk_size: size, chunk_sleep: sleep } = bound.spec
    if (typeof age !== 'number' || typeof path !== 'string' || typeof count !== 'number') {
      return { outcome: 'error', message: 'the stored program cannot be read: age, path or count', meta: null }
    }
    const before = ctx.startedAt - age * 1000
    const chunk = typeof size === 'number' ? size : count
    const pause = typeof sleep === 'number' ? sleep * 1000 : 0
    const moved = new Moved(ctx)
    while (moved.count < count) {
      if (moved.count > 0 && moved.count % chunk === 0) await ctx.sleep(pause)
      if (ctx.stopping()) {
        return { outcome: 'error', message: `stopped; ${moved.count} runs were archived before`, meta: moved.meta() }
      }
      const step = Math.min(STEP, count - moved.count, chunk - (moved.count % chunk))
      const reply = await ctx.services.archive(path, before, step)
      if (reply.runIds.length === 0) break
      moved.add(reply, moved.count % chunk === 0)
    }
    return await ended(ctx, moved, before, count)
  },
}

async function ended(ctx: TaskContext, moved: Moved, before: number, count: number): Promise<TaskOutcome> {
  const left = moved.count < count ? 0 : await ctx.services.countFinished(before)
  const meta = moved.meta()
  if (left === 0) return { outcome: 'success', message: null, meta }
  const what = `archive count ${count} exhausted with ${left} eligible runs remaining`
  return { outcome: 'failure', message: `${what}; increase count or archive more frequently`, meta }
}

/** What was moved, as the metadata tells it. */
class Moved {
  count = 0
  readonly #chunks: RunId[][] = []
  readonly #ctx: TaskContext
  readonly #began: number
  #facts = 0
  #outputs = 0

  constructor(ctx: TaskContext) {
    this.#ctx = ctx
    this.#began = ctx.now()
  }

  add({ runIds, facts, outputs }: Awaited<ReturnType<TaskContext['services']['archive']>>, newChunk: boolean): void {
    const named = runIds.slice(0, Math.max(0, NAMED - this.count))
    const last = this.#chunks.at(-1)
    if (newChunk || last === undefined) this.#chunks.push([...named])
    else last.push(...named)
    this.count += runIds.length
    this.#facts += facts
    this.#outputs += outputs
  }

  meta(): JsonObject {
    return {
      'run count': this.count,
      run_ids: this.#chunks.filter((chunk) => chunk.length > 0),
      ...(this.count > NAMED ? { 'run_ids left out': this.count - NAMED } : {}),
      'row counts': { run_history: this.#facts, output: this.#outputs, runs: this.count },
      time: { 'archive runs': (this.#ctx.now() - this.#began) / 1000 },
    }
  }
}
