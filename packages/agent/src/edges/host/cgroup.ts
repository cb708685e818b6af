import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../spool/error-code.ts'
import { statStartTime } from '../../machine/index.ts'
import { monitorOf } from './cgroup-leftover.ts'
import {
  type CgroupMount,
  folderOf,
  type OwnCgroup,
  parseCgroupMounts,
  parseOwnCgroups,
  parseWords,
} from './cgroup-text.ts'

/** Where procs' cgroups can be made. */
export interface FoundCgroup {
  readonly kind: 'v2' | 'v1' | 'hybrid'
  /** The folder of v2, with the controllers that cgroups made there have; null where there is none. What is below it can be killed at once. */
  readonly v2: { readonly folder: string; readonly controllers: readonly string[] } | null
  /** Folders of v1 hierarchies by controller. */
  readonly v1: ReadonlyMap<string, string>
  /** Why there is not more. */
  readonly reasons: readonly Lack[]
}

/** No cgroup can be made, and why. */
export interface NoCgroup {
  readonly kind: 'none'
  readonly reasons: readonly Lack[]
}

/** Why controllers cannot be had. */
export interface Lack {
  /** Null: every one. */
  readonly controllers: readonly string[] | null
  readonly text: string
}

/** The controllers that limits of procs are made with. */
const CONTROLLERS: readonly string[] = ['cpu', 'io', 'memory', 'pids']
const V1_CONTROLLERS: readonly string[] = ['cpu', 'memory', 'pids']
/** The cgroup that the agent moves into, since one with controllers for its children may have no processes of its own. */
const LEAF = 'procstar-agent'

/**
 * Finds where this process may make cgroups: in v2 its own one (enabling the controllers that were delegated, for which it moves itself, when
 * it is alone there, into a leaf below); for limits, else, in its own ones of v1. Call it before anything is started, so that children are born
 * in the leaf. Nothing is changed where nothing can be made.
 */
export async function findCgroup(): Promise<FoundCgroup | NoCgroup> {
  const [own, mounts] = await Promise.all([
    readFile('/proc/self/cgroup', 'utf8').catch(() => ''),
    readFile('/proc/self/mountinfo', 'utf8').catch(() => ''),
  ])
  return findIn(parseOwnCgroups(own), parseCgroupMounts(mounts))
}

/** The same, with what /proc says given. */
export async function findIn(
  own: readonly OwnCgroup[],
  mounts: readonly CgroupMount[],
): Promise<FoundCgroup | NoCgroup> {
  const reasons: Lack[] = []
  const v2 = await findV2(own, mounts, reasons)
  const v1 = new Map<string, string>()
  for (const controller of V1_CONTROLLERS) {
    if (v2?.controllers.includes(controller)) continue
    const folder = await findV1(controller, own, mounts, reasons)
    if (folder !== null) v1.set(controller, folder)
  }
  if (v2 === null && v1.size === 0) return { kind: 'none', reasons }
  return { kind: v2 === null ? 'v1' : v1.size === 0 ? 'v2' : 'hybrid', v2, v1, reasons }
}

type Folder = { readonly folder: string } | { readonly reason: string }

function locate(what: string, own: OwnCgroup | undefined, mounts: readonly CgroupMount[]): Folder {
  if (own === undefined) return { reason: `${what}: this process is in none` }
  const shown = mounts.flatMap((mount) => {
    const folder = folderOf(own, mount)
    return folder === null ? [] : [{ folder, readOnly: mount.readOnly }]
  })
  const usable = shown.find((one) => !one.readOnly)
  if (usable !== undefined) return { folder: usable.folder }
  return { reason: shown.length > 0 ? `${what}: mounted read-only` : `${what}: no mount shows this process's cgroup` }
}

async function findV2(
  own: readonly OwnCgroup[],
  mounts: readonly CgroupMount[],
  reasons: Lack[],
): Promise<FoundCgroup['v2']> {
  const located = locate(
    'v2',
    own.find((one) => one.hierarchy === 0),
    mounts,
  )
  if ('reason' in located) {
    reasons.push({ controllers: null, text: located.reason })
    return null
  }
  // An agent before this one, or this one, has moved.
  const folder = basename(located.folder) === LEAF ? dirname(located.folder) : located.folder
  const refused = await probe(folder)
  if (refused !== null) {
    reasons.push({ controllers: null, text: `v2: ${refused}` })
    return null
  }
  return { folder, controllers: await enable(folder, reasons) }
}

// Whether a cgroup can be made there and entered: null, or why not. Tried, since rights alone do not tell (limits, namespaces, security modules).
async function probe(folder: string): Promise<string | null> {
  const path = join(folder, `procstar-probe-${process.pid}`)
  try {
    await access(join(folder, 'cgroup.procs'), constants.W_OK)
    await mkdir(path)
    await rmdir(path)
    return null
  } catch (error) {
    return `no cgroup can be made in ${folder}: ${errorCode(error) ?? String(error)}`
  }
}

async function words(folder: string, file: string): Promise<readonly string[]> {
  return parseWords(await readFile(join(folder, file), 'utf8').catch(() => ''))
}

// The controllers that cgroups below have, as many as can be had.
async function enable(folder: string, reasons: Lack[]): Promise<readonly string[]> {
  const offered = (await words(folder, 'cgroup.controllers')).filter((name) => CONTROLLERS.includes(name))
  const missing = CONTROLLERS.filter((name) => !offered.includes(name))
  if (missing.length > 0)
    reasons.push({ controllers: missing, text: `v2: no controller ${missing.join(', ')} is delegated to ${folder}` })
  const enabled = await words(folder, 'cgroup.subtree_control')
  const wanted = offered.filter((name) => !enabled.includes(name))
  if (wanted.length > 0 && !(await control(folder, wanted))) {
    const moved = await moveToLeaf(folder)
    if (moved !== null) reasons.push({ controllers: wanted, text: moved })
    else if (!(await control(folder, wanted)))
      reasons.push({ controllers: wanted, text: `v2: ${wanted.join(', ')} cannot be enabled in ${folder}` })
  }
  return (await words(folder, 'cgroup.subtree_control')).filter((name) => CONTROLLERS.includes(name))
}

// Each for itself: one that the kernel refuses does not keep the others back.
async function control(folder: string, controllers: readonly string[]): Promise<boolean> {
  const results = await Promise.all(
    controllers.map((name) =>
      writeFile(join(folder, 'cgroup.subtree_control'), `+${name}`).then(
        () => true,
        () => false,
      ),
    ),
  )
  return results.every((done) => done)
}

// Only the agent itself is moved: other processes in its cgroup are not its own to move. Null, or why not.
async function moveToLeaf(folder: string): Promise<string | null> {
  const inside = (await words(folder, 'cgroup.procs')).filter((pid) => pid !== String(process.pid))
  if (inside.length > 0)
    return `v2: no controller can be enabled in ${folder}, as other processes are in it (${inside.slice(0, 8).join(', ')})`
  const leaf = join(folder, LEAF)
  try {
    await mkdir(leaf, { recursive: true })
    await writeFile(join(leaf, 'cgroup.procs'), String(process.pid))
    return null
  } catch (error) {
    return `v2: this process cannot be moved into ${leaf}: ${errorCode(error) ?? String(error)}`
  }
}

async function findV1(
  controller: string,
  own: readonly OwnCgroup[],
  mounts: readonly CgroupMount[],
  reasons: Lack[],
): Promise<string | null> {
  const one = own.find(({ controllers }) => controllers.includes(controller))
  if (one === undefined) return null
  const located = locate(`v1 ${controller}`, one, mounts)
  if ('reason' in located) {
    reasons.push({ controllers: [controller], text: located.reason })
    return null
  }
  try {
    await access(located.folder, constants.W_OK)
    return located.folder
  } catch (error) {
    const text = `v1 ${controller}: ${located.folder} is not writable: ${errorCode(error) ?? String(error)}`
    reasons.push({ controllers: [controller], text })
    return null
  }
}

/** A cgroup of a monitor (pid and start time in ticks) that was killed. */
export interface LeftCgroup {
  readonly path: string
  readonly monitor: { readonly pid: number; readonly start: number }
}

/**
 * Removes what monitors that were killed have left in the parents: cgroups with our names whose monitor is gone and that are empty.
 * Returns those that are not empty, which only a stop of their processes lets go; other agents may have made them. Those `held` are
 * left alone: `endCgroups` is for them.
 */
export async function sweepCgroups(
  found: FoundCgroup,
  held: ReadonlySet<string> = new Set(),
): Promise<readonly LeftCgroup[]> {
  const left: LeftCgroup[] = []
  for (const parent of new Set([...(found.v2 === null ? [] : [found.v2.folder]), ...found.v1.values()])) {
    for (const entry of await readdir(parent, { withFileTypes: true }).catch(() => [])) {
      const monitor = entry.isDirectory() ? monitorOf(entry.name) : null
      if (monitor === null || (await alive(monitor.pid, monitor.start))) continue
      const path = join(parent, entry.name)
      if (held.has(path)) continue
      await rmdir(path).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') left.push({ path, monitor })
      })
    }
  }
  return left
}

async function alive(pid: number, start: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null || statStartTime(stat) !== start) return false
  const state = stat.charAt(stat.lastIndexOf(')') + 2)
  return state !== 'Z' && state !== 'X'
}
