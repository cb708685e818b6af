import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './paths.mjs'
import { say } from './step.mjs'

// Beside node_modules and not in it: node_modules may not exist yet, or be removed by a person meanwhile.
const LOCK = join(ROOT, '.bootstrap.lock')
const OWNER = join(LOCK, 'pid')

const RETRY_MS = 500

function ownerAlive() {
  try {
    process.kill(Number(readFileSync(OWNER, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * Lets one bootstrap of a clone work at a time: `npm start` and `npm test` in two terminals would otherwise install into
 * the same folder at once. A lock whose owner is gone is taken over. Returns the function that gives it back.
 */
export async function waitForLock() {
  for (let waits = 0; ; waits += 1) {
    try {
      mkdirSync(LOCK)
      writeFileSync(OWNER, String(process.pid))
      return () => rmSync(LOCK, { recursive: true, force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    // The first look may fall between the owner's mkdir and its pid, hence a second one before taking over.
    if (waits > 0 && !ownerAlive()) rmSync(LOCK, { recursive: true, force: true })
    if (waits === 0) say('another npm script is preparing this clone; waiting for it …')
    await sleep(RETRY_MS)
  }
}
