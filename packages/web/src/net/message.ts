import { ApiError } from '@apsis/api/client'

/** What to tell a person of something that was thrown: the server's own words where it gave any. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'the server did not answer in time'
  if (error instanceof TypeError) return 'no answer from the server'
  return error instanceof Error ? error.message : String(error)
}

/** Whether trying again may help: there was no answer, or one of a server that is not ready. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500
  return error instanceof TypeError || error instanceof DOMException
}
