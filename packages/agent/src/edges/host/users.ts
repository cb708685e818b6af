import { readFileSync, statSync } from 'node:fs'
import type { ProcSpec } from '@apsis/wire/spec'
import type { Accounts, Credentials } from '../../machine/index.ts'

/** Where the host's accounts are. */
export interface AccountFiles {
  readonly passwd: string
  readonly group: string
}

const FILES: AccountFiles = { passwd: '/etc/passwd', group: '/etc/group' }

/** A line of /etc/passwd. */
interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** A line of /etc/group. */
interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** The accounts of this host, read again when its files have changed; those of a directory service are not asked for. */
export class HostAccounts {
  readonly #files: AccountFiles
  #version: string
  #current: Accounts

  constructor(files: AccountFiles = FILES) {
    this.#files = files
    this.#version = versionOf(files)
    this.#current = readAccounts(files)
  }

  /** As they are now: the same object as before when nothing has changed. */
  current(): Accounts {
    const version = versionOf(this.#files)
    if (version !== this.#version) {
      this.#version = version
      this.#current = readAccounts(this.#files)
    }
    return this.#current
  }
}

/** Whether accounts must be known to start a proc. */
export function namesAccounts({ user, group, groups }: ProcSpec): boolean {
  return [user, group, groups].some((given) => (given ?? null) !== null)
}

/** A file that cannot be read has no accounts. A name of digits alone that no entry has is a number. */
function readAccounts(files: AccountFiles): Accounts {
  const users = read(files.passwd, parseUser)
  const groups = read(files.group, parseGroup)
  return {
    own: ownCredentials(),
    user: (name) => {
      const user = users.find((one) => one.name === name) ?? byId(users, name)
      if (user === null) {
        const uid = idOf(name)
        return uid === null ? null : { uid, gid: null, groups: [] }
      }
      const own = groups.filter((group) => group.members.includes(user.name))
      return { uid: user.uid, gid: user.gid, groups: [...new Set([user.gid, ...own.map((group) => group.gid)])] }
    },
    group: (name) => groups.find((one) => one.name === name)?.gid ?? idOf(name),
  }
}

// The time of change, which nobody can set back: an editor may keep the other.
function versionOf({ passwd, group }: AccountFiles): string {
  return [passwd, group]
    .map((file) => {
      const found = statSync(file, { bigint: true, throwIfNoEntry: false })
      return found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.ctimeNs}`
    })
    .join()
}

function ownCredentials(): Credentials {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, groups: process.getgroups?.() ?? [] }
}

function byId(users: readonly User[], name: string | number): User | null {
  const id = idOf(name)
  return id === null ? null : (users.find((user) => user.uid === id) ?? null)
}

const LARGEST_ID = 0xffff_fffe

function idOf(name: string | number): number | null {
  const id = typeof name === 'number' ? name : /^\d{1,10}$/.test(name) ? Number(name) : null
  return id !== null && id <= LARGEST_ID ? id : null
}

function parseUser(parts: readonly string[]): User | null {
  const [name, , uid, gid] = parts
  const ids = [idOf(uid ?? ''), idOf(gid ?? '')] as const
  return name && ids[0] !== null && ids[1] !== null ? { name, uid: ids[0], gid: ids[1] } : null
}

function parseGroup(parts: readonly string[]): Group | null {
  const [name, , id, members] = parts
  const gid = idOf(id ?? '')
  return name && gid !== null ? { name, gid, members: (members ?? '').split(',') } : null
}

function read<T>(file: string, parse: (parts: readonly string[]) => T | null): readonly T[] {
  return text(file)
    .split('\n')
    .flatMap((line) => parse(line.split(':')) ?? [])
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
