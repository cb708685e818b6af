import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { LiveConnection } from './live/connection.ts'
import { LiveContext } from './live/context.ts'
import { isTransient } from './net/message.ts'
import './style/tokens.css'
import './style/base.css'
import './style/controls.css'
import './style/layout.css'
import './style/query.css'
import './style/runs.css'
import './style/details.css'
import './style/health.css'

/** Times that a request is tried again where there was no answer. */
const RETRIES = 3

const root = document.getElementById('root')
if (root === null) throw new TypeError('the page has no element root')

const live = new LiveConnection()
const queries = new QueryClient({
  // The feed says what is out of date, so neither the focus nor an age need to.
  defaultOptions: {
    queries: { refetchOnWindowFocus: false, retry: (count, error) => count < RETRIES && isTransient(error) },
  },
})
live.start()
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <LiveContext value={live}>
      <App />
    </LiveContext>
  </QueryClientProvider>,
)
