// Takes the pictures in docs/screenshots of the page that `npm start` serves, once its example jobs have run for a few minutes.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launchBrowser, watchPage } from '@apsis/testkit/browser'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'screenshots')
/** Longest wait for a run of the long output: it is due every two minutes, ms. */
const PATIENCE = 150_000
const WIDE = { width: 1440, height: 900, scheme: 'light' } as const
const NARROW = { width: 390, height: 844, scheme: 'dark' } as const

const address = process.argv[2] ?? 'http://127.0.0.1:5000'
await mkdir(FOLDER, { recursive: true })
const browser = await launchBrowser()
try {
  const { page: run } = await watchPage(browser, `${address}/runs?job=long-output&states=running`, WIDE)
  await run.locator('[data-state="running"] .row-link').click({ timeout: PATIENCE })
  await run.getByRole('log').getByText('second 9, line 1000').waitFor()
  await run.screenshot({ path: join(FOLDER, 'run.png') })

  for (const [name, size] of [
    ['runs', WIDE],
    ['runs-narrow-dark', NARROW],
  ] as const) {
    const { page: runs } = await watchPage(browser, `${address}/runs`, size)
    await runs.locator('.row.now').waitFor()
    await runs.screenshot({ path: join(FOLDER, `${name}.png`) })
  }
} finally {
  await browser.close()
}
process.stdout.write(`run.png, runs.png and runs-narrow-dark.png are in ${FOLDER}\n`)
