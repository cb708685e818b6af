import { ApiError, ReplyError } from '@apsis/api/client'

/** What a command failed with, for people: `text [API status: N]` where the server refused. */
export function failureText(error: unknown, base: string): string {
  if (error instanceof ApiError) return `${error.message} [API status: ${error.status}]`
  if (error instanceof ReplyError) return `${base}: ${error.message}`
  if (error instanceof TypeError && error.cause instanceof Error)
    return `no server at ${base}: ${causeText(error.cause)}`
  return error instanceof Error ? error.message : String(error)
}

// A host with several addresses fails with one error for each, and no text of its own.
function causeText(cause: Error): string {
  if (cause.message !== '') return cause.message
  return cause instanceof AggregateError
    ? cause.errors.map((one: unknown) => (one instanceof Error ? one.message : '')).join('; ')
    : cause.name
}
