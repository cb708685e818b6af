import { spawn } from 'node:child_process'
import { posix } from 'node:path'
import type { CalendarFile } from '@apsis/core/calendar'
import { checkFileNames, type JobFile } from '@apsis/core/check'
import { DOCUMENT_LIMITS } from '@apsis/core/document'
import { intendedJobPath, jobIdOfPath } from '@apsis/core/job'
import { UsageError } from '../command/index.ts'
import type { ReadFolder } from './jobs-of.ts'

/** A folder at a revision of a git repository. */
export interface GitFolder {
  /** Where git is run. */
  readonly repository: string
  readonly revision: string
  /** From the top of the repository, or `./…` from where git is run; empty for the top. */
  readonly path: string
}

/** Most bytes of one file, of all files, and of the list of them; more is refused. */
const MAX_FILE = DOCUMENT_LIMITS.characters * 4
const MAX_TOTAL = 512 * 1024 * 1024
const MAX_LIST = 64 * 1024 * 1024

interface Entry {
  readonly link: boolean
  readonly oid: string
  readonly size: number
  readonly path: string
}

/** The job files of a folder at a revision, by their ids, as they would be read from a folder with the same content. */
export async function gitJobFiles(folder: GitFolder): Promise<ReadFolder> {
  const { repository, revision } = folder
  const shown = `${revision}:${folder.path}`
  if (revision === '' || revision.startsWith('-')) throw new UsageError(`not a git revision: ${revision}`)
  const commit = await git(repository, ['rev-parse', '--verify', '--quiet', `${revision}^{tree}`], '', 1024)
  if (!commit.ok) throw new UsageError(commit.message === '' ? `unknown git revision: ${revision}` : commit.message)
  const tree = await git(repository, ['rev-parse', '--verify', '--quiet', shown], '', 1024)
  if (!tree.ok) {
    // Git is run in the C locale.
    const outside = tree.message.includes('outside repository')
    throw new UsageError(
      outside
        ? `${folder.path} is outside of the git repository`
        : `no folder ${folder.path} at git revision ${revision}`,
    )
  }
  const list = await git(
    repository,
    ['ls-tree', '-r', '-z', '-l', '--full-tree', tree.out.toString().trim()],
    '',
    MAX_LIST,
  )
  if (!list.ok) throw new UsageError(`${shown} is not a folder that git can list: ${list.message}`)
  const entries = list.out.toString().split('\0').flatMap(parseEntry)
  const wanted = entries.filter(({ path, size }) => size <= MAX_FILE && intendedJobPath(path) === null)
  const total = wanted.reduce((sum, { size }) => sum + size, 0)
  if (total > MAX_TOTAL) throw new UsageError(`${shown}: ${total} bytes of job files; at most ${MAX_TOTAL} are allowed`)
  const blobs = await readBlobs(repository, [...new Set(wanted.map(({ oid }) => oid))], total)
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const read = (entry: Entry): JobFile['read'] => readEntry(entry, `${shown}/${entry.path}`, byPath, blobs)
  const jobs = entries.flatMap((entry): JobFile[] => {
    const jobId = jobIdOfPath(entry.path)
    return jobId === null ? [] : [{ jobId, path: `${shown}/${entry.path}`, read: read(entry) }]
  })
  // Of one name the first path's counts. One that cannot be read is missed by the jobs that name it.
  const calendars = new Map<string, CalendarFile>()
  for (const entry of entries) {
    const name = calendarName(entry.path)
    const found = name === '' || calendars.has(name) ? null : read(entry)
    if (found?.ok === true) calendars.set(name, { name, path: `${shown}/${entry.path}`, text: found.text })
  }
  const files = entries.map(({ path }) => ({ path, shown: `${shown}/${path}` }))
  return {
    jobs: jobs.sort((a, b) => (a.jobId < b.jobId ? -1 : 1)),
    calendars: [...calendars.values()],
    named: checkFileNames(files, { folder: shown, jobs: jobs.length }),
  }
}

/** Of `folder/NAME.cal`; empty where it is no calendar file. */
function calendarName(path: string): string {
  return path.endsWith('.cal') ? posix.basename(path, '.cal') : ''
}

// `MODE TYPE OID SIZE\tPATH`. Submodules have no size, and hold no job files here.
function parseEntry(line: string): readonly Entry[] {
  const match = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([^]*)$/.exec(line)
  if (match === null) return []
  const [, mode = '', oid = '', size = '0', path = ''] = match
  return jobIdOfPath(path) === null && calendarName(path) === '' && intendedJobPath(path) === null
    ? []
    : [{ link: mode === '120000', oid, size: Number(size), path }]
}

function readEntry(
  entry: Entry,
  path: string,
  byPath: ReadonlyMap<string, Entry>,
  blobs: ReadonlyMap<string, Buffer>,
): JobFile['read'] {
  const unreadable = (code: 'JOB_UNREADABLE' | 'JOB_TOO_LARGE', message: string): JobFile['read'] => ({
    ok: false,
    diagnostic: { code, severity: 'error', file: path, line: null, column: null, key: '', message, hint: null },
  })
  const target = entry.link ? blobs.get(entry.oid)?.toString() : undefined
  const file = target === undefined ? entry : byPath.get(posix.join(posix.dirname(entry.path), target))
  if (file === undefined || (entry.link && file.link)) {
    return unreadable('JOB_UNREADABLE', `this is a link to ${target ?? 'nothing'}, which is no job file of this folder`)
  }
  if (file.size > MAX_FILE) return unreadable('JOB_TOO_LARGE', `${file.size} bytes; at most ${MAX_FILE} are allowed`)
  const blob = blobs.get(file.oid)
  return blob === undefined
    ? unreadable('JOB_UNREADABLE', `git does not have its content, ${file.oid}`)
    : { ok: true, text: new TextDecoder().decode(blob) }
}

/** The contents of objects. Those that the repository does not have (a partial clone) are left out. */
async function readBlobs(
  repository: string,
  oids: readonly string[],
  total: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const blobs = new Map<string, Buffer>()
  if (oids.length === 0) return blobs
  const read = await git(repository, ['cat-file', '--batch'], `${oids.join('\n')}\n`, total + oids.length * 256)
  if (!read.ok) throw new UsageError(`git cat-file: ${read.message}`)
  for (let at = 0; at < read.out.length; ) {
    const end = read.out.indexOf(10, at)
    if (end < 0) break
    const [oid = '', type, size = ''] = read.out.toString('utf8', at, end).split(' ')
    at = end + 1
    if (type === 'missing' || !/^\d+$/.test(size)) continue
    blobs.set(oid, read.out.subarray(at, at + Number(size)))
    at += Number(size) + 1
  }
  return blobs
}

type GitResult = { readonly ok: true; readonly out: Buffer } | { readonly ok: false; readonly message: string }

/** Runs git, without a shell. Output over the limit is an error. */
function git(cwd: string, args: readonly string[], input: string, limit: number): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = spawn('git', args, {
      cwd,
      env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    let size = 0
    let error = ''
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) out.push(chunk)
      else child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (error.length < 4_096) error += chunk.toString()
    })
    // Where git ends before it has read all, its exit says why.
    child.stdin.on('error', () => undefined)
    child.on('error', (cause) => {
      const missing = 'code' in cause && cause.code === 'ENOENT'
      resolve({ ok: false, message: missing ? `git was not found, or there is no folder ${cwd}` : cause.message })
    })
    child.on('close', (code) => {
      if (size > limit) resolve({ ok: false, message: `git ${args[0] ?? ''} printed more than ${limit} bytes` })
      else if (code === 0) resolve({ ok: true, out: Buffer.concat(out) })
      else resolve({ ok: false, message: error.trim().replace(/^fatal: /, '') })
    })
    child.stdin.end(input)
  })
}
