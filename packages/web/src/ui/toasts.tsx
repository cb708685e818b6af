import { type ReactElement, useSyncExternalStore } from 'react'
import { Link } from '../router/link.tsx'
import { currentToasts, dismiss, watchToasts } from './toast-list.ts'

/** Short messages over the page. */
export function Toasts(): ReactElement {
  const toasts = useSyncExternalStore(watchToasts, currentToasts)
  return (
    <div className="toasts" role="region" aria-label="Notifications" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast ${toast.kind}`} role={toast.kind === 'error' ? 'alert' : 'status'}>
          <span>
            {toast.text} {toast.link !== null && <Link href={toast.link.href}>{toast.link.text}</Link>}
          </span>
          <button type="button" className="toast-close" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  )
}
