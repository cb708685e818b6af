import type { TestContext } from 'node:test'

/** What something is built in, and taken down after: a test, or a command. */
export interface Scope {
  defer(work: () => Promise<void>): void
}

const stacks = new WeakMap<TestContext, AsyncDisposableStack>()

/** The scope of a test: the last work to be deferred is done first. */
export function afterwards(context: TestContext): Scope {
  const known = stacks.get(context)
  if (known !== undefined) return known
  const stack = new AsyncDisposableStack()
  stacks.set(context, stack)
  context.after(() => stack.disposeAsync())
  return stack
}
