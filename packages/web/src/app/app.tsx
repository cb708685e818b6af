import { type ReactElement, useEffect } from 'react'
import { AgentsPage } from '../agents/agents-page.tsx'
import { HealthPage } from '../health/health-page.tsx'
import { JobPage } from '../jobs/job-page.tsx'
import { JobsPage } from '../jobs/jobs-page.tsx'
import { useFreshQueries } from '../live/fresh.ts'
import { navigate, usePath } from '../router/location.ts'
import { type Page, pageOf } from '../router/paths.ts'
import { RunPage } from '../run/run-page.tsx'
import { RunsPage } from '../runs/runs-page.tsx'
import { Empty } from '../ui/section.tsx'
import { Toasts } from '../ui/toasts.tsx'
import { LostBanner, TopBar } from './top-bar.tsx'

/** The whole page. */
export function App(): ReactElement {
  useFreshQueries()
  const path = usePath()
  const page = pageOf(path)
  useEffect(() => {
    if (path === '/') navigate('/runs', { replace: true })
    document.title = titleOf(pageOf(path))
  }, [path])
  return (
    <div className="app">
      <TopBar page={page} />
      <LostBanner />
      <PageOf page={page} />
      <Toasts />
    </div>
  )
}

function PageOf({ page }: { readonly page: Page }): ReactElement {
  switch (page.name) {
    case 'runs':
      return <RunsPage />
    case 'run':
      return <RunPage key={page.runId} runId={page.runId} />
    case 'jobs':
      return <JobsPage />
    case 'job':
      return <JobPage jobId={page.jobId} />
    case 'agents':
      return <AgentsPage />
    case 'health':
      return <HealthPage />
    case 'unknown':
      return (
        <main className="page">
          <Empty>There is no such page.</Empty>
        </main>
      )
  }
}

function titleOf(page: Page): string {
  switch (page.name) {
    case 'runs':
      return 'Runs · Apsis'
    case 'run':
      return `${page.runId} · Apsis`
    case 'jobs':
      return 'Jobs · Apsis'
    case 'job':
      return `${page.jobId} · Apsis`
    case 'agents':
      return 'Agents · Apsis'
    case 'health':
      return 'Health · Apsis'
    case 'unknown':
      return 'Apsis'
  }
}
