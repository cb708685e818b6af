import type { RunSummary } from '@apsis/api/json'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { client } from '../net/client.ts'
import { isTransient, messageOf } from '../net/message.ts'
import { wait } from '../net/socket.ts'
import { useListener, useLive } from './context.ts'
import type { RunFilter } from './filter.ts'
import { loadComing, loadFinished, loadFirst } from './load.ts'
import { emptyTable, MAX_RUNS, reduceRuns, type RunTable, type RunTableEvent } from './reduce.ts'

export interface LiveRuns {
  readonly table: RunTable
  readonly status: 'loading' | 'ready' | 'failed'
  /** Of `failed`: why. */
  readonly problem: string | null
  /** Whether older runs can be loaded. */
  readonly hasMore: boolean
  /** Whether live runs were left out, for their number. */
  readonly truncated: boolean
  /** Whether there are more runs to come than the soonest, which are held. */
  readonly moreComing: boolean
  readonly loadMore: () => void
  readonly retry: () => void
}

/** Milliseconds before a failed load is tried again, and before a page without a feed loads all the same. */
const RETRY = 2_000
/** Milliseconds between loads of the soonest runs to come, where not all are held. */
const REFILL = 20_000

/** The runs of a filter, kept right by the feed. The filter must stay the same: give the component a key that changes with it. */
export function useRunTable(filter: RunFilter): LiveRuns {
  const live = useLive()
  const reduce = (table: RunTable, event: RunTableEvent): RunTable => reduceRuns(table, event)
  const [table, dispatch] = useReducer(reduce, filter, emptyTable)
  const [status, setStatus] = useState<LiveRuns['status']>('loading')
  const [problem, setProblem] = useState<string | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [truncated, setTruncated] = useState(false)
  const [moreComing, setMoreComing] = useState(false)
  // Counts loads, so that one that was overtaken says nothing.
  const generation = useRef(0)
  const busy = useRef(false)
  const cancel = useRef<(() => void) | null>(null)

  const load = useCallback(() => {
    cancel.current?.()
    cancel.current = null
    const mine = ++generation.current
    const isCurrent = (): boolean => mine === generation.current
    busy.current = false
    dispatch({ type: 'begin' })
    loadFirst(client, filter, (runs) => {
      if (isCurrent()) dispatch({ type: 'page', runs })
    }).then(
      (first) => {
        if (!isCurrent()) return
        dispatch({ type: 'loaded' })
        setNext(first.next)
        setTruncated(first.truncated)
        setMoreComing(first.moreComing)
        setStatus('ready')
        setProblem(null)
      },
      (error: unknown) => {
        if (!isCurrent()) return
        setStatus('failed')
        setProblem(messageOf(error))
        if (isTransient(error)) cancel.current = wait(RETRY, load)
      },
    )
    // The filter does not change in the life of the component.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])

  const loadMore = useCallback(() => {
    if (busy.current || next === null) return
    busy.current = true
    const mine = generation.current
    loadFinished(client, filter, next, (runs) => {
      if (mine === generation.current) dispatch({ type: 'page', runs })
    }).then(
      (cursor) => {
        if (mine !== generation.current) return
        busy.current = false
        setNext(cursor)
      },
      () => {
        if (mine === generation.current) cancel.current = wait(RETRY, () => void (busy.current = false))
      },
    )
  }, [filter, next])

  useListener({ messages: (messages) => dispatch({ type: 'messages', messages }), load })
  useEffect(() => {
    // What is loaded before the feed is there may miss changes, so it is loaded when the feed says so.
    if (live.loaded) load()
    else cancel.current = wait(RETRY, load)
    return () => {
      generation.current += 1
      cancel.current?.()
    }
  }, [live, load])

  useEffect(() => {
    if (!moreComing) return undefined
    // The soonest become past: the ones after them are loaded in time. One that fails is made up for by the next.
    const timer = window.setInterval(() => {
      const mine = generation.current
      const take = (runs: readonly RunSummary[]): void => {
        if (mine === generation.current) dispatch({ type: 'page', runs })
      }
      loadComing(client, filter, take).then(
        (more) => {
          if (mine === generation.current) setMoreComing(more)
        },
        () => {},
      )
    }, REFILL)
    return () => window.clearInterval(timer)
  }, [moreComing, filter])

  const hasMore = next !== null && !table.dropped && table.rows.size < MAX_RUNS
  return { table, status, problem, hasMore, truncated, moreComing, loadMore, retry: load }
}
