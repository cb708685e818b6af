import { useSyncExternalStore } from 'react'

// The width is that of the style sheets.
const narrow = window.matchMedia('(max-width: 720px)')

function watch(changed: () => void): () => void {
  narrow.addEventListener('change', changed)
  return () => narrow.removeEventListener('change', changed)
}

/** Whether the screen is as narrow as a telephone's. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => narrow.matches)
}
