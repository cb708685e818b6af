import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeHistory } from '@apsis/store/bench'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchBrowser, watchPage, type WatchedPage } from '../browser/index.ts'
import { System } from '../system/index.ts'

/** As many as take the server more than one page's time to look at. */
const HISTORY = 200_000
const greet = (words: string): string => `
params: [name]
metadata: {owner: one}
program:
  type: procstar-shell
  command: |
    set -e
    echo ${words}
    exit 0
`
const JOBS = { 'folder/greet': greet('hello'), 'folder/fails': 'program: {type: procstar-shell, command: exit 3}\n' }

describe('queries, versions and health in a browser', { timeout: 240_000 }, () => {
  let browser: Browser
  let system: System

  before(async () => {
    browser = await launchBrowser()
    system = await System.create({ jobs: JOBS })
    await makeHistory({ folder: join(system.folder, 'data'), runs: HISTORY, until: Date.now() })
    await system.start()
  })
  after(async () => {
    await browser?.close()
    await system?.destroy()
  })

  const open = (path: string): Promise<WatchedPage> =>
    watchPage(browser, `${system.url}${path}`, { width: 1280, height: 800, scheme: 'light' })
  const ask = async (jobId: string, args: Record<string, string> = {}): Promise<string> => {
    const { runs } = await system.client.schedule({ job_id: jobId, args })
    return Object.keys(runs)[0] ?? ''
  }

  test('E2E32: a search goes on by itself, and says none only at the end', async () => {
    const { page, problems } = await open('/runs')
    await watchEnding(page)
    await page.getByRole('searchbox', { name: 'Query' }).fill('message:"no such words"')
    await page.getByText('No runs match.').waitFor({ timeout: 120_000 })
    const seen = await endings(page)
    const first = seen.indexOf('No runs match.')
    assert.ok(
      seen.slice(0, first).some((text) => /^Searching… looked at runs back to \d{4}-\d\d-\d\d /.test(text)),
      seen.join('\n'),
    )
    assert.deepEqual(seen.slice(first), ['No runs match.'])
    // What comes in meanwhile is found all the same.
    await page.getByRole('searchbox', { name: 'Query' }).fill('message:"exit code 3"')
    const id = await ask('folder/fails')
    await inState(rowOf(page, id), 'failure')
    assert.deepEqual(problems, [])
  })

  test('E2E33: a query selects runs, live, and is in the address', async () => {
    const [you, me] = [await ask('folder/greet', { name: 'you' }), await ask('folder/greet', { name: 'me' })]
    const { page, problems, loads } = await open('/runs?query=job:folder/+since:today')
    await inState(rowOf(page, you), 'success')
    await inState(rowOf(page, me), 'success')
    const field = page.getByRole('searchbox', { name: 'Query' })
    assert.equal(await field.inputValue(), 'job:folder/ since:today')
    await field.fill('job:folder/ name=me !state:error')
    await page.waitForURL('**/runs?query=job:folder/+name%3Dme+%21state:error')
    await rowOf(page, you).waitFor({ state: 'detached' })
    await inState(rowOf(page, me), 'success')
    const [other, next] = [await ask('folder/greet', { name: 'you' }), await ask('folder/greet', { name: 'me' })]
    await inState(rowOf(page, next), 'success')
    assert.equal(await rowOf(page, other).count(), 0)

    await field.fill('job:folder/ state:failur')
    const wrong = page.getByRole('alert', { name: 'Problems of the query' })
    await wrong
      .filter({ hasText: 'column 19 no state "failur"' })
      .filter({ hasText: 'Did you mean failure?' })
      .waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    // What was shown stays until there is a query that can be read.
    await inState(rowOf(page, next), 'success')
    await wrong.getByRole('button', { name: 'column 19' }).click()
    await page.keyboard.type('failure')
    await wrong.waitFor({ state: 'detached' })
    await page.waitForURL('**/runs?query=job:folder/+state:failure')
    await rowOf(page, next).waitFor({ state: 'detached' })
    assert.deepEqual([problems, loads()], [[], 1])

    const bad = await open('/runs?query=since:never')
    await bad.page
      .getByRole('alert', { name: 'Problems of the query' })
      .filter({ hasText: 'not a time: "never"' })
      .waitFor()
    await bad.page.getByText('Runs are shown once the query can be read.').waitFor()
  })

  test('E2E34: versions of a job, what changed, and which one a run ran', async () => {
    const old = await ask('folder/greet', { name: 'old' })
    const { page, problems } = await open(`/runs/${old}`)
    await page.getByRole('status', { name: 'State' }).filter({ hasText: 'success' }).waitFor()
    const job = await open('/job/folder/greet')
    const versions = job.page.getByRole('list', { name: 'Versions' })
    await job.page.getByText('is the first version that is kept').waitFor()

    await system.writeJob('folder/greet', greet('good day').replace('owner: one', 'owner: two'))
    await system.client.reloadJobs()
    // The feed tells the page of it.
    const differences = job.page.getByRole('list', { name: 'Differences' })
    await differences.getByText('echo hello').waitFor()
    assert.equal(await versions.getByRole('listitem').count(), 2)
    const lines = await differences.locator('.diff-line').allTextContents()
    assert.deepEqual(lines.toSorted(), ['+echo good day', '+two', 'exit 0', 'set -e', '−echo hello', '−one'].toSorted())

    await page.reload()
    const link = page.getByRole('link', { name: /^[0-9a-f]{12}$/ })
    const hash = await link.textContent()
    await link.click()
    await page.waitForURL(`**/job/folder/greet?version=${hash}`)
    const chosen = page.getByRole('list', { name: 'Versions' }).locator('[aria-current="true"]')
    await chosen.filter({ hasText: hash ?? '' }).waitFor()
    assert.equal(await chosen.getByText('in force').count(), 0)

    const health = await open('/health')
    await health.page.getByRole('status', { name: 'Health' }).waitFor()
    await health.page.getByText('The folder has no errors; what it says is in force.').waitFor()
    await system.writeJob('folder/greet', 'program: {type: nothing}\n')
    await assert.rejects(system.client.reloadJobs())
    await health.page.reload()
    await health.page.getByRole('alert').filter({ hasText: 'The folder has 1 error and is not in force' }).waitFor()
    assert.deepEqual([...problems, ...job.problems, ...health.problems], [])
  })
})

/** Has the page keep each text that stood below its list. */
async function watchEnding(page: Page): Promise<void> {
  await page.locator('.list-end').waitFor()
  await page.evaluate(`
    window.endings = []
    new MutationObserver(() => {
      const text = document.querySelector('.list-end')?.textContent ?? ''
      if (window.location.search !== '' && text !== '' && text !== window.endings.at(-1)) window.endings.push(text)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })`)
}

async function endings(page: Page): Promise<readonly string[]> {
  const seen: unknown = await page.evaluate('window.endings')
  assert.ok(Array.isArray(seen))
  return seen.map(String)
}

function rowOf(page: Page, runId: string): Locator {
  return page.getByRole('table', { name: 'Runs' }).locator(`[data-run="${runId}"]`)
}

async function inState(row: Locator, name: string): Promise<void> {
  await row.and(row.page().locator(`[data-state="${name}"]`)).waitFor()
}
