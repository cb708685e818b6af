import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** Without these, Chromium would ask other hosts for updates and lists. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']

/** The machine's own Chromium, headless. Throws with what to do about it where there is none. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findProgram(process.env['PATH'] ?? '')
  if (executablePath === null) {
    throw new Error(
      `expected one of ${NAMES.join(', ')} on the PATH, found none: install it (on Debian: apt-get install chromium)`,
    )
  }
  // As root, and in a container, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...QUIET] })
}

function findProgram(path: string): string | null {
  const files = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return files.find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
