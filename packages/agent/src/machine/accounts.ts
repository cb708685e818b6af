import type { AccountName, ProcSpec } from '@apsis/wire/spec'

/** Whom a proc runs as. `groups`: the supplementary ones. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
}

/** The accounts of the host, as they were at one time: the same question always has the same answer. */
export interface Accounts {
  /** Of the agent itself. */
  readonly own: Credentials
  /** Null: there is no such user. A number that has no entry is a user without groups, whose `gid` is null. */
  user(
    name: AccountName,
  ): { readonly uid: number; readonly gid: number | null; readonly groups: readonly number[] } | null
  /** Null: there is no such group. */
  group(name: AccountName): number | null
}

/**
 * Whom the proc of a spec is to run as, null when it says nothing about that or what the agent is already; or the reason why that cannot be
 * told. Without `user`, what is not given is the agent's own.
 */
export function credentialsOf(spec: ProcSpec, accounts: Accounts): Credentials | null | { readonly problem: string } {
  const user = spec.user ?? null
  const group = spec.group ?? null
  const groups = spec.groups ?? null
  if (user === null && group === null && groups === null) return null
  const who = user === null ? accounts.own : accounts.user(user)
  if (who === null) return { problem: `unknown user: ${user}` }
  const gid = group === null ? who.gid : accounts.group(group)
  if (gid === null)
    return {
      problem: group === null ? `no group: user ${user} has no entry, so "group" is needed` : `unknown group: ${group}`,
    }
  const ids: number[] = []
  for (const name of groups ?? []) {
    const id = accounts.group(name)
    if (id === null) return { problem: `unknown group: ${name}` }
    ids.push(id)
  }
  const wanted = { uid: who.uid, gid, groups: groups === null ? who.groups : ids }
  return isSame(wanted, accounts.own) ? null : wanted
}

// An agent that is not root may not set even what it has.
function isSame(a: Credentials, b: Credentials): boolean {
  const groups = new Set([...a.groups, a.gid])
  const others = new Set([...b.groups, b.gid])
  return a.uid === b.uid && a.gid === b.gid && groups.size === others.size && groups.isSubsetOf(others)
}
