import { isFields, type Fields } from './fields.ts'

/** What a monitor found of the proc's tree when the proc had ended. `proof`: how it is known to be empty; null when an old launcher did not say. */
export interface TreeRecord {
  readonly left: number
  readonly killed: number
  readonly empty: boolean
  readonly proof: string | null
}

/** What the kernel counted of the proc's control group. Figures by their names in launcher/PROTOCOL.md; those that it does not give are absent. */
export interface CgroupRecord {
  readonly kind: string | null
  readonly path: string | null
  readonly figures: Readonly<Record<string, number>>
  /** Time that some of it waited for a resource, µs; null where the kernel does not count that. */
  readonly pressure: Readonly<Record<string, number>> | null
}

/** What an end line has beyond the old record; each is absent where there is nothing of the kind. */
export interface EndExtras {
  readonly tree?: TreeRecord
  readonly endedBy?: string
  readonly cgroup?: CgroupRecord
  readonly perf?: Readonly<Record<string, number>>
  /** By descriptor, how many secrets were masked. */
  readonly masked?: ReadonlyMap<number, number>
}

/** Reads them. What is not of its kind is left out: a record of another version is still the record of an end. */
export function readExtras(given: Fields): EndExtras {
  const { tree, ended_by: endedBy, cgroup, perf, out } = given
  const masked = readMasked(out)
  return {
    ...(isFields(tree) ? { tree: readTree(tree) } : {}),
    ...(typeof endedBy === 'string' ? { endedBy } : {}),
    ...(isFields(cgroup) ? { cgroup: readCgroup(cgroup) } : {}),
    ...(isFields(perf) ? { perf: numbers(perf) } : {}),
    ...(masked.size === 0 ? {} : { masked }),
  }
}

/** Reads one; what is not of its kind counts as nothing. */
export function readTree({ left, killed, empty, proof }: Fields): TreeRecord {
  return {
    left: isCount(left) ? left : 0,
    killed: isCount(killed) ? killed : 0,
    empty: empty === true,
    proof: typeof proof === 'string' ? proof : null,
  }
}

function readCgroup({ kind, path, pressure, ...figures }: Fields): CgroupRecord {
  return {
    kind: typeof kind === 'string' ? kind : null,
    path: typeof path === 'string' ? path : null,
    figures: numbers(figures),
    pressure: isFields(pressure) ? numbers(pressure) : null,
  }
}

function readMasked(out: unknown): ReadonlyMap<number, number> {
  const masked = new Map<number, number>()
  if (!Array.isArray(out)) return masked
  for (const one of out)
    if (isFields(one) && isCount(one['fd']) && isCount(one['masked'])) masked.set(one['fd'], one['masked'])
  return masked
}

/** The members that are finite numbers. */
export function numbers(given: Fields): Readonly<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [key, amount] of Object.entries(given))
    if (typeof amount === 'number' && Number.isFinite(amount)) found[key] = amount
  return found
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
