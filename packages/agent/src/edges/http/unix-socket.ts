import { chmod, lstat, mkdtemp, rename, rm, rmdir } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'

/**
 * Has a server listen on a Unix socket with these permissions, which it has from the first moment on: it is made in a folder of this user's only, and
 * moved. A socket of before that nobody listens on is replaced. Throws an Error that names the path. The result takes it away.
 */
export async function listenOnSocket(server: Server, path: string, mode: number): Promise<() => Promise<void>> {
  if (await isTaken(path)) throw new Error(`${path}: another service listens there, or it is no socket`)
  const folder = await mkdtemp(join(dirname(path), '.p'))
  try {
    const made = join(folder, 's')
    await listening(server, () => server.listen({ path: made }))
    await chmod(made, mode)
    await rename(made, path)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  await rmdir(folder)
  const { ino } = await lstat(path)
  return async () => {
    // It may be another's by now.
    const now = await lstat(path).catch(() => null)
    if (now?.ino === ino) await rm(path, { force: true })
  }
}

/** Resolves when a server listens, throws why it cannot. */
export async function listening(server: Server, begin: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('listening', resolve).once('error', reject)
  begin()
  try {
    await promise
  } finally {
    server.off('listening', resolve).off('error', reject)
  }
}

async function isTaken(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return false
  if (!found.isSocket()) return true
  const answered = Promise.withResolvers<boolean>()
  const probe = connect({ path })
  probe.once('connect', () => answered.resolve(true)).once('error', () => answered.resolve(false))
  try {
    return await answered.promise
  } finally {
    probe.destroy()
  }
}
