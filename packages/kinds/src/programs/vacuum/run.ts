import type { ServerTaskRuntime } from '../../runtime/types.ts'

/** Gives space back a step at a time. */
export const vacuumRuntime: ServerTaskRuntime = {
  on: 'server',
  async run(_bound, ctx) {
    const began = ctx.now()
    const { services } = ctx
    await services.sweep()
    let freed = 0
    for (let left = 1; left > 0; ) {
      const meta = { time: (ctx.now() - began) / 1000, bytes: freed }
      if (ctx.stopping()) return { outcome: 'error', message: `stopped; ${freed} bytes were given back before`, meta }
      const step = await services.vacuum()
      freed += step.freed
      // A step that frees nothing would go on for ever.
      left = step.freed === 0 ? 0 : step.left
    }
    return { outcome: 'success', message: null, meta: { time: (ctx.now() - began) / 1000, bytes: freed } }
  },
}
