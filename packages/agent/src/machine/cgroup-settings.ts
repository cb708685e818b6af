import type { CgroupSpec, ResolvedSpec } from '@apsis/wire/spec'

/** Where a proc's control groups are made, and how its settings are written there. */
export interface PlacedCgroup {
  readonly parents: readonly string[]
  /** `FILE=VALUE`, in the order in which they are written. */
  readonly settings: readonly string[]
  /** What cannot be had on this host. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[]
}

/** Places settings, in the words of cgroup v2, on this host. */
export type PlaceCgroup = (settings: readonly string[]) => PlacedCgroup

type Properties = ResolvedSpec['systemdProperties']

/** Names of files of cgroup v2 by our names, and by systemd's. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['memory_max', 'memory.max'],
  ['memory_high', 'memory.high'],
  ['memory_swap_max', 'memory.swap.max'],
  ['pids_max', 'pids.max'],
  ['cpu_weight', 'cpu.weight'],
  ['io_weight', 'io.weight'],
  ['memory_min', 'memory.min'],
  ['memory_low', 'memory.low'],
  ['tasks_max', 'pids.max'],
])
/** systemd's `infinity` as a number. */
const INFINITY = 2n ** 64n - 1n
/** Over which time cores are shared out, µs: the kernel's default. */
const PERIOD = 100_000

/** What is written to the files of the proc's control group, `FILE=VALUE`; `cgroup` wins over `systemd_properties.slice`. Sorted by file. */
export function cgroupSettings(cgroup: CgroupSpec, systemd: Properties): readonly string[] {
  const settings = new Map<string, string>()
  const slice = systemd['slice']
  const given = { ...(typeof slice === 'object' ? slice : {}), ...cgroup }
  for (const [name, value] of Object.entries(given)) {
    const file = FILES.get(name)
    if (file !== undefined && (typeof value === 'number' || typeof value === 'bigint')) {
      const wins = name in cgroup || !settings.has(file)
      if (wins) settings.set(file, BigInt(value) === INFINITY ? 'max' : String(value))
    }
  }
  if (cgroup.cpu_max !== undefined) settings.set('cpu.max', `${Math.round(cgroup.cpu_max * PERIOD)} ${PERIOD}`)
  return [...settings.keys()].sort().map((file) => `${file}=${settings.get(file)}`)
}
