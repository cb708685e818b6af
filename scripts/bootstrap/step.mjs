import { spawn } from 'node:child_process'
import { ROOT } from './paths.mjs'

/** A step that cannot be done; the message says why and what to do. */
export class StepFailed extends Error {}

/** One line for the person who waits. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

const STILL_AT_IT_MS = 15_000

/**
 * Runs one command quietly: a line before, a line after, a sign of life in between, and everything that it wrote only
 * if it fails. `hint` says what a person can do then.
 */
export async function run({ what, command, args, cwd = ROOT, env = {}, hint }) {
  const from = performance.now()
  const seconds = () => ((performance.now() - from) / 1000).toFixed(1)
  say(`${what} …`)
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))
  const alive = setInterval(() => say(`${what}: still at it after ${seconds()} s`), STILL_AT_IT_MS)
  const failure = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? `status ${code}`}`))
  })
  clearInterval(alive)
  if (failure !== null) {
    process.stderr.write(Buffer.concat(output))
    throw new StepFailed(`${what}: ${failure}. ${hint}`)
  }
  say(`${what}: done in ${seconds()} s`)
}
