import { open, readFile, rename } from 'node:fs/promises'
import { errorCode } from './error-code.ts'

/** The version of what a state folder holds. Another version is refused, not guessed at. */
const VERSION = 1

/** The connection id of a state folder; made by `newId` and written there, durably, the first time. */
export async function readConnId(file: string, newId: () => string): Promise<string> {
  const found = await readIdentity(file)
  if (found !== null) return found
  const connId = newId()
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ version: VERSION, conn_id: connId })}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  return connId
}

async function readIdentity(file: string): Promise<string | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    throw new Error(`${file}: not JSON; expected {"version": ${VERSION}, "conn_id": …}`)
  }
  const { version, conn_id: connId } =
    typeof found === 'object' && found !== null ? { version: undefined, conn_id: undefined, ...found } : {}
  if (version !== VERSION) throw new Error(`${file}: version ${JSON.stringify(version)}; this agent reads ${VERSION}`)
  if (typeof connId !== 'string' || connId === '')
    throw new Error(`${file}: conn_id is ${JSON.stringify(connId)}; expected a text`)
  return connId
}
