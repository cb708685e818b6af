import type { ServerTaskRuntime } from '../../runtime/types.ts'

/** Says how the server does: its output is the figures, and a file gets a line of them. */
export const statsRuntime: ServerTaskRuntime = {
  on: 'server',
  async run(bound, ctx) {
    const { path } = bound.spec
    const text = await ctx.services.stats()
    await ctx.output(text)
    if (typeof path === 'string') await ctx.services.appendLine(path, text)
    return { outcome: 'success', message: null, meta: null }
  },
}
