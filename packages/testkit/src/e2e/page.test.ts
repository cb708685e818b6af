import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchBrowser, watchPage, type WatchedPage } from '../browser/index.ts'
import { FeedWatch, System } from '../system/index.ts'

const JOBS = {
  // Says what it is told through a FIFO, until it is told to end.
  talk: `
params: [fifo]
program:
  type: procstar-shell
  command: |
    echo up
    while read -r line < {{ fifo }}; do
      [ "$line" = end ] && exit 0
      [ "$line" = many ] && seq 1000
      echo "told: $line"
    done
`,
  greet: `
params: [greeting, name]
program: {type: procstar, argv: [/usr/bin/printf, '%s, %s!\\n', '{{ greeting }}', '{{ name }}']}
`,
  'folder/fails': `
program: {type: procstar-shell, command: exit 3}
`,
  archive: `
program: {type: archive, age: 0 s, path: old.db, count: 1000}
`,
}
const FINISHED = ['success', 'failure', 'error', 'skipped']

describe('the page in a browser', { timeout: 120_000 }, () => {
  let browser: Browser
  let system: System
  let feed: FeedWatch
  const fifos: FileHandle[] = []

  before(async () => {
    browser = await launchBrowser()
    system = await System.create({ jobs: JOBS })
    await system.start()
    feed = new FeedWatch(system.url)
  })
  after(async () => {
    await browser?.close()
    feed?.stop()
    await Promise.all(fifos.map((fifo) => fifo.close()))
    await system?.destroy()
  })

  const open = (path: string): Promise<WatchedPage> =>
    watchPage(browser, `${system.url}${path}`, { width: 1280, height: 800, scheme: 'light' })
  const ask = async (jobId: string, args: Record<string, string> = {}): Promise<string> => {
    const { runs } = await system.client.schedule({ job_id: jobId, args })
    const id = Object.keys(runs)[0]
    assert.ok(id !== undefined)
    return id
  }
  /** Starts a run of `talk`; `tell` gives it a line. */
  const talk = async (): Promise<{ readonly id: string; readonly tell: (line: string) => Promise<void> }> => {
    const fifo = join(system.folder, `fifo-${fifos.length}`)
    await promisify(execFile)('mkfifo', [fifo])
    // Open for both, and kept so: nothing waits for the other end, and no line is lost between two reads.
    const handle = await openFile(fifo, 'r+')
    fifos.push(handle)
    return { id: await ask('talk', { fifo }), tell: async (line) => void (await handle.write(`${line}\n`)) }
  }

  test('E2E9: the list shows a run appear and go through its states', async () => {
    const { page, problems } = await open('/runs')
    const { id, tell } = await talk()
    const row = rowOf(page, id)
    await inState(row, 'running')
    assert.equal(await row.getByRole('link', { name: 'talk' }).getAttribute('href'), '/job/talk')
    await tell('end')
    await inState(row, 'success')
    assert.deepEqual(problems, [])
  })

  test('E2E9: a run that is removed leaves the list, and its own page says so and shows what was known', async () => {
    const id = await ask('greet', { greeting: 'Hello', name: 'you' })
    const [list, run] = [await open('/runs'), await open(`/runs/${id}`)]
    await inState(rowOf(list.page, id), 'success')
    await state(run.page, 'success')
    await run.page.getByRole('button', { name: 'Rerun' }).waitFor()
    const archive = await ask('archive')
    await inState(rowOf(list.page, archive), 'success')
    await rowOf(list.page, id).waitFor({ state: 'detached' })
    const said = run.page.getByRole('status', { name: 'Removed' })
    await said.filter({ hasText: 'was removed from the server' }).waitFor()
    await run.page.getByRole('button', { name: 'Rerun' }).waitFor({ state: 'detached' })
    await state(run.page, 'success')
    assert.deepEqual([...list.problems, ...run.problems], [])
  })

  test('E2E9: the list is filtered by job and by state, live, and the address says so', async () => {
    const bad = await ask('folder/fails')
    const good = await ask('greet', { greeting: 'Hello', name: 'you' })
    const { page, problems } = await open('/runs')
    await inState(rowOf(page, bad), 'failure')
    await inState(rowOf(page, good), 'success')
    await page.getByRole('group', { name: 'States' }).getByRole('button', { name: 'Failed' }).click()
    await page.waitForURL('**/runs?states=failure,error')
    await rowOf(page, good).waitFor({ state: 'detached' })
    await inState(rowOf(page, bad), 'failure')
    await page.getByRole('searchbox', { name: 'Filter by job' }).fill('fails')
    await page.waitForURL('**/runs?job=fails&states=failure,error')
    const next = await ask('folder/fails')
    await inState(rowOf(page, next), 'failure')
    await page.getByRole('searchbox', { name: 'Filter by job' }).fill('greet')
    await rowOf(page, next).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('table', { name: 'Runs' }).locator('[data-run]').count(), 0)
    assert.deepEqual(problems, [])
  })

  test('E2E9: the page of a run shows its state, log and output as they come', async () => {
    const { id, tell } = await talk()
    await feed.run(id, 'running')
    const { page, problems } = await open(`/runs/${id}`)
    const output = page.getByRole('log', { name: 'Output output' })
    await output.getByText('up', { exact: true }).waitFor()
    await state(page, 'running')
    await tell('a word')
    await output.getByText('told: a word').waitFor()
    await tell('end')
    await state(page, 'success')
    const log = page.getByRole('list', { name: 'Run log' })
    await log.getByText('success').waitFor()
    assert.deepEqual(await log.locator('.log-text').allTextContents(), [
      'scheduled: now',
      'starting',
      'running',
      'success',
    ])
    assert.deepEqual(problems, [])
  })

  test('E2E9: the output is followed at its end, and stays where it was scrolled to', async () => {
    const { id, tell } = await talk()
    const { page, problems } = await open(`/runs/${id}`)
    const output = page.getByRole('log', { name: 'Output output' })
    const follow = page.getByRole('checkbox', { name: 'Follow' })
    await output.getByText('up', { exact: true }).waitFor()
    await tell('many')
    await output.getByText('told: many').waitFor()
    assert.equal(await follow.isChecked(), true)
    // Of a long output, only the lines about those in sight are in the document.
    const first = output.getByText('up', { exact: true })
    assert.equal(await first.count(), 0)
    await output.press('Home')
    await first.waitFor()
    await page.getByRole('checkbox', { name: 'Follow', checked: false }).waitFor()
    const size = page.getByTestId('output-range')
    const before = await size.textContent()
    await tell('many')
    await size.filter({ hasNotText: before ?? '' }).waitFor()
    assert.equal(await first.count(), 1)
    await tell('something new')
    await follow.check()
    await output.getByText('told: something new').waitFor()
    await tell('end')
    await state(page, 'success')
    assert.deepEqual(problems, [])
  })

  test('E2E9: stop asks first, and ends the run', async () => {
    const { id } = await talk()
    const { page, problems } = await open(`/runs/${id}`)
    await state(page, 'running')
    const stop = page.getByRole('group', { name: 'Operations' }).getByRole('button', { name: 'Stop' })
    const dialog = page.getByRole('dialog', { name: `Stop ${id}?` })
    await stop.click()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.equal((await system.client.run(id)).state, 'running')
    await stop.click()
    await dialog.getByRole('button', { name: 'Stop' }).click()
    const end = await feed.run(id, ...FINISHED)
    await state(page, end.state)
    await page.getByRole('button', { name: 'Rerun' }).waitFor()
    assert.match(end.message ?? '', /SIGTERM/)
    assert.deepEqual(problems, [])
  })

  test("E2E9: a run with args is made with the form of its job's page", async () => {
    const { page, problems } = await open('/job/greet')
    const form = page.getByRole('form', { name: 'Schedule run' })
    await form.getByLabel('greeting').fill('Good day')
    await form.getByLabel('name').fill("{{ 'you' }} \"&' $HOME")
    await form.getByRole('button', { name: 'Schedule run' }).click()
    const link = page.getByRole('link', { name: /^Show r\d+$/ })
    const id = (await link.textContent())?.replace('Show ', '') ?? ''
    await inState(page.getByRole('table', { name: 'Recent runs' }).locator(`[data-run="${id}"]`), 'success')
    await link.click()
    await state(page, 'success')
    const output = page.getByRole('log', { name: 'Output output' })
    await output.getByText("Good day, {{ 'you' }} \"&' $HOME!", { exact: true }).waitFor()
    assert.deepEqual(problems, [])
  })

  test('E2E9: after kill -9 of the server the page says so, then goes on live, without a reload', async () => {
    const ends = await talk()
    const goesOn = await talk()
    const list = await open('/runs')
    const run = await open(`/runs/${goesOn.id}`)
    const output = run.page.getByRole('log', { name: 'Output output' })
    await inState(rowOf(list.page, ends.id), 'running')
    await inState(rowOf(list.page, goesOn.id), 'running')
    await output.getByText('up', { exact: true }).waitFor()

    await system.server.kill('SIGKILL')
    for (const { page } of [list, run]) {
      await page.getByRole('alert').filter({ hasText: 'connection to the server was lost' }).waitFor()
      await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Reconnecting' }).waitFor()
    }
    // The processes go on, and one ends, while nobody can say so.
    await ends.tell('end')
    await goesOn.tell('in between')
    assert.equal(await rowOf(list.page, ends.id).getAttribute('data-state'), 'running')

    await system.startServer()
    for (const { page } of [list, run]) {
      await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Live' }).waitFor()
      await page.getByRole('alert').waitFor({ state: 'detached' })
    }
    await inState(rowOf(list.page, ends.id), 'success')
    await output.getByText('told: in between').waitFor()
    const fresh = await ask('greet', { greeting: 'Hello', name: 'again' })
    await inState(rowOf(list.page, fresh), 'success')
    await goesOn.tell('end')
    await state(run.page, 'success')
    await inState(rowOf(list.page, goesOn.id), 'success')
    assert.deepEqual([list.loads(), run.loads()], [1, 1])
    // The browser itself notes each connection that it could not make.
    const isRefused = (text: string): boolean => /WebSocket connection|ERR_CONNECTION_REFUSED/.test(text)
    assert.deepEqual(
      [...list.problems, ...run.problems].filter((text) => !isRefused(text)),
      [],
    )
  })
})

function rowOf(page: Page, runId: string): Locator {
  return page.getByRole('table', { name: 'Runs' }).locator(`[data-run="${runId}"]`)
}

async function inState(row: Locator, name: string): Promise<void> {
  await row.and(row.page().locator(`[data-state="${name}"]`)).waitFor()
}

async function state(page: Page, name: string): Promise<void> {
  await page.getByRole('status', { name: 'State' }).filter({ hasText: name }).waitFor()
}
