import type { RunSummary } from '@apsis/api/json'
import type { Instant } from '@apsis/core/time'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { client } from '../net/client.ts'
import { isTransient, messageOf } from '../net/message.ts'
import { wait } from '../net/socket.ts'
import { useListener, useLive } from './context.ts'
import type { RunFilter } from './filter.ts'
import { loadComing, loadFinished, loadFirst } from './load.ts'
import { emptyTable, MAX_RUNS, reduceRuns, type RunTable, type RunTableEvent } from './reduce.ts'
import { goOn, phaseOf, searched, UNSEARCHED } from './search.ts'

export interface LiveRuns {
  readonly table: RunTable
  readonly status: 'loading' | 'ready' | 'failed'
  /** Of `failed`: why. */
  readonly problem: string | null
  /** Whether older runs can be loaded. */
  readonly hasMore: boolean
  /** Few runs match, and older ones are looked through for more: back to when (null: not known yet), and whether that has stopped. */
  readonly search: { readonly reached: Instant | null; readonly stopped: boolean } | null
  /** Whether live runs were left out, for their number. */
  readonly truncated: boolean
  /** Whether there are more runs to come than the soonest, which are held. */
  readonly moreComing: boolean
  readonly loadMore: () => void
  /** Goes on with a search that has stopped. */
  readonly searchOn: () => void
  readonly retry: () => void
}

/** Milliseconds before a failed load is tried again, and before a page without a feed loads all the same. */
const RETRY = 2_000
/** Milliseconds between loads of the soonest runs to come, where not all are held. */
const REFILL = 20_000
/** Milliseconds between two requests of a search: the server has others to serve. */
const GENTLE = 75

/** The runs of a filter, kept right by the feed. The filter must stay the same: give the component a key that changes with it. */
export function useRunTable(filter: RunFilter): LiveRuns {
  const live = useLive()
  const reduce = (table: RunTable, event: RunTableEvent): RunTable => reduceRuns(table, event)
  const [table, dispatch] = useReducer(reduce, filter, emptyTable)
  const [status, setStatus] = useState<LiveRuns['status']>('loading')
  const [problem, setProblem] = useState<string | null>(null)
  const [search, setSearch] = useState(UNSEARCHED)
  const [truncated, setTruncated] = useState(false)
  const [moreComing, setMoreComing] = useState(false)
  // Counts loads, so that one that was overtaken says nothing.
  const generation = useRef(0)
  const busy = useRef(false)
  const cancel = useRef<(() => void) | null>(null)
  const pause = useRef<(() => void) | null>(null)

  const load = useCallback(() => {
    cancel.current?.()
    cancel.current = null
    pause.current?.()
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
        setSearch(searched(UNSEARCHED, first.finished))
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

  const phase = phaseOf(search)
  const loadMore = useCallback(() => {
    if (busy.current || phase === 'end' || phase === 'stopped') return
    busy.current = true
    const mine = generation.current
    const ask = (): void => {
      loadFinished(client, filter, search.next, (runs) => {
        if (mine === generation.current) dispatch({ type: 'page', runs })
      }).then(
        (page) => {
          if (mine !== generation.current) return
          busy.current = false
          setSearch(searched(search, page))
        },
        (error: unknown) => {
          if (mine !== generation.current) return
          if (!isTransient(error)) {
            setStatus('failed')
            setProblem(messageOf(error))
            return
          }
          pause.current = wait(RETRY, () => {
            busy.current = false
            // Another object, so that who wants more asks again.
            setSearch({ ...search })
          })
        },
      )
    }
    if (phase === 'searching') pause.current = wait(GENTLE, ask)
    else ask()
  }, [filter, search, phase])
  const searchOn = useCallback(() => setSearch(goOn), [])

  useListener({ messages: (messages) => dispatch({ type: 'messages', messages }), load })
  useEffect(() => {
    // What is loaded before the feed is there may miss changes, so it is loaded when the feed says so.
    if (live.loaded) load()
    else cancel.current = wait(RETRY, load)
    return () => {
      generation.current += 1
      cancel.current?.()
      pause.current?.()
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

  const isFull = table.dropped || table.rows.size >= MAX_RUNS
  const hasMore = phase !== 'end' && !isFull
  const few = hasMore && phase !== 'more' ? { reached: search.reached, stopped: phase === 'stopped' } : null
  const retry = load
  return { table, status, problem, hasMore, search: few, truncated, moreComing, loadMore, searchOn, retry }
}
