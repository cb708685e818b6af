import type { Browser, Page } from 'playwright-core'

/** A page of the web UI, and what it complained of. */
export interface WatchedPage {
  readonly page: Page
  /** Errors of the console, and exceptions that nothing caught. */
  readonly problems: readonly string[]
  /** How often a document was loaded. */
  readonly loads: () => number
}

/** Opens an address in a page of its own, and waits until it is live. */
export async function watchPage(
  browser: Browser,
  url: string,
  options: { readonly width: number; readonly height: number; readonly scheme: 'light' | 'dark' },
): Promise<WatchedPage> {
  const { width, height, scheme: colorScheme } = options
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    timezoneId: 'UTC',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const problems: string[] = []
  let loads = 0
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('load', () => {
    loads += 1
  })
  await page.goto(url)
  await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Live' }).waitFor()
  return { page, problems, loads: () => loads }
}
