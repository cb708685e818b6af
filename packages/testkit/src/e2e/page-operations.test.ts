import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser, watchPage, type WatchedPage } from '../browser/index.ts'
import { FeedWatch, System } from '../system/index.ts'

/** Half an hour from now and every hour from then on: nothing of it comes due by itself while the test lasts. */
const PHASE = (new Date().getUTCMinutes() + 30) % 60
const JOBS = {
  'prices/load': `program: {type: no-op}\nschedule: {type: interval, interval: 1h, phase: ${PHASE}m}\n`,
}

test('E2E31: on the page coming runs are held, released, moved and skipped, and jobs paused', {
  timeout: 120_000,
}, async (t) => {
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const system = await System.create({ jobs: JOBS })
  t.after(() => system.destroy())
  await system.startServer()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  // A server that serves may still be planning.
  await feed.until((all) => all.size >= 12)
  const { runs } = await system.client.runs({ state: ['scheduled'], page_order: 'earliest', page_limit: 1 })
  const id = Object.keys(runs)[0] ?? ''
  const open = (path: string): Promise<WatchedPage> =>
    watchPage(browser, `${system.url}${path}`, { width: 1280, height: 800, scheme: 'light' })
  const list = await open('/runs')
  const run = await open(`/runs/${id}`)
  const row = list.page.getByRole('table', { name: 'Runs' }).locator(`[data-run="${id}"]`)

  await ask(run.page, 'Hold…', 'Hold', 'the disk is full')
  await run.page.getByText(/^Held since .*: the disk is full$/).waitFor()
  await row.getByText('held', { exact: true }).waitFor()
  await row.getByText('the disk is full').waitFor()

  await ask(run.page, 'Release', 'Release', 'there is room')
  await row.getByText('scheduled', { exact: true }).waitFor()
  const log = run.page.getByRole('list', { name: 'Run log' })
  await log.getByText('released: there is room').waitFor()

  await run.page.getByRole('button', { name: 'Move…' }).click()
  await run.page.getByLabel(/^To/).fill('2031-05-06T07:08:09')
  await run.page.getByRole('dialog').getByRole('button', { name: 'Move' }).click()
  await log.getByText(/^moved from .* to 2031-05-06T07:08:09\+00:00$/).waitFor()
  assert.equal((await system.client.run(id)).times.schedule, '2031-05-06T07:08:09.000+00:00')

  await ask(run.page, 'Skip', 'Skip', 'bank holiday')
  await run.page.getByRole('status', { name: 'State' }).filter({ hasText: 'skipped' }).waitFor()
  await log.getByText('skipped: bank holiday').waitFor()

  // Nothing is reloaded: the feed says that a pause began, and that it ended.
  const job = await open('/job/prices/load')
  const other = await open('/job/prices/load')
  await ask(job.page, 'Pause…', 'Pause', 'moving house')
  const banner = other.page.getByRole('status', { name: 'Paused' })
  await banner.filter({ hasText: 'Paused: moving house. What comes due is skipped.' }).waitFor()
  await ask(other.page, 'Resume…', 'Resume', '')
  await job.page.getByRole('status', { name: 'Paused' }).waitFor({ state: 'detached' })
  assert.deepEqual(await system.client.pauses(), [])
  for (const { problems, loads } of [list, run, job, other]) assert.deepEqual([problems, loads()], [[], 1])
})

async function ask(page: Page, button: string, action: string, reason: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: action, exact: true }).click()
}
