import { messageOf } from '../net/message.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'error' | 'done'
  readonly text: string
  /** Where more is to be seen. */
  readonly link: { readonly href: string; readonly text: string } | null
}

/** Most toasts at one time: the oldest go. */
const MAX_TOASTS = 4
/** Milliseconds that one stays which is no error. */
const STAY = 6_000

let toasts: readonly Toast[] = []
let last = 0
const watchers = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  watchers.forEach((changed) => changed())
}

/** Says that something was done. It goes by itself. */
export function toastDone(text: string, link: Toast['link'] = null): void {
  const id = ++last
  set([...toasts, { id, kind: 'done' as const, text, link }].slice(-MAX_TOASTS))
  window.setTimeout(() => dismiss(id), STAY)
}

/** Says what went wrong. It stays until it is dismissed, or others push it out. */
export function toastError(doing: string, error: unknown): void {
  const text = `${doing}: ${messageOf(error)}`
  set(
    [...toasts.filter((toast) => toast.text !== text), { id: ++last, kind: 'error' as const, text, link: null }].slice(
      -MAX_TOASTS,
    ),
  )
}

/** Takes a toast away. */
export function dismiss(id: number): void {
  if (toasts.some((toast) => toast.id === id)) set(toasts.filter((toast) => toast.id !== id))
}

/** The toasts there are, oldest first. */
export function currentToasts(): readonly Toast[] {
  return toasts
}

/** Calls when they change; the result ends it. */
export function watchToasts(changed: () => void): () => void {
  watchers.add(changed)
  return () => watchers.delete(changed)
}
