import { type Context, createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { LiveConnection, type Listener } from './connection.ts'

export const LiveContext: Context<LiveConnection> = createContext(new LiveConnection())

/** The page's connection to the live feed. */
export function useLive(): LiveConnection {
  return useContext(LiveContext)
}

/** How the connection is: `live`, `lost` (it is being made again), or `connecting` for the first time. */
export function useLink(): 'live' | 'lost' | 'connecting' {
  const live = useLive()
  return useSyncExternalStore(live.watch, () => (live.isLost ? 'lost' : live.phase === 'live' ? 'live' : 'connecting'))
}

/** Listens to the feed while the component is there. */
export function useListener(listener: Listener): void {
  const live = useLive()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(
    () =>
      live.listen({
        messages: (messages) => newest.current.messages?.(messages),
        load: () => newest.current.load?.(),
        resumed: () => newest.current.resumed?.(),
      }),
    [live],
  )
}
