import { useSyncExternalStore } from 'react'

const MOVED = 'apsis:moved'

/** Goes to a path (with query) of this page. `replace` leaves no entry in the history. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) window.history.replaceState(null, '', to)
  else {
    window.history.pushState(null, '', to)
    window.scrollTo(0, 0)
  }
  window.dispatchEvent(new Event(MOVED))
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed)
  window.addEventListener(MOVED, changed)
  return () => {
    window.removeEventListener('popstate', changed)
    window.removeEventListener(MOVED, changed)
  }
}

/** The path of the address, still escaped. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname)
}

/** The query of the address, as text with its `?`; empty when there is none. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => window.location.search)
}
