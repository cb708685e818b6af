import type { FeedMessage } from '@apsis/api/feed'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useListener } from './context.ts'

/** Keeps what was asked of the server as new as the feed: call once. */
export function useFreshQueries(): void {
  const queries = useQueryClient()
  const all = (): void => void queries.invalidateQueries()
  useListener({ load: all, resumed: all, messages: (messages) => refresh(queries, messages) })
}

function refresh(queries: QueryClient, messages: readonly FeedMessage[]): void {
  if (messages.some(({ type }) => type === 'agent')) void queries.invalidateQueries({ queryKey: ['agents'] })
  if (messages.some(({ type }) => type === 'pause')) void queries.invalidateQueries({ queryKey: ['pauses'] })
  const jobs = new Set(messages.flatMap((message) => (message.type === 'job' ? [message.job_id] : [])))
  if (jobs.size === 0) return
  void queries.invalidateQueries({ queryKey: ['jobs'] })
  for (const id of jobs) void queries.invalidateQueries({ queryKey: ['job', id] })
}
