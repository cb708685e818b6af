/**
 * What `make` gives; null where it nests deeper than the stack has room for, which is a matter of the input. Any other exception is a
 * bug, and goes on.
 */
export function withinStack<T>(make: () => T): { readonly value: T } | null {
  try {
    return { value: make() }
  } catch (error) {
    if (isStackOverflow(error)) return null
    throw error
  }
}

/** Whether an exception says that the stack is full; a `RangeError` for another reason is none. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === STACK_MESSAGE
}

/** How V8 words a full stack; libraries keep the text alone. */
export const STACK_MESSAGE = 'Maximum call stack size exceeded'
