import type { FoundCgroup, NoCgroup } from './cgroup.ts'

/** What a start asks of the launcher: parents of the proc's cgroups, and settings as `file=value`, to be written in this order. */
export interface PlacedCgroup {
  readonly parents: readonly string[]
  readonly settings: readonly string[]
  /** What was asked for and cannot be had here; a proc is not to start without it. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[]
}

/**
 * Puts settings, in the words of v2 (`memory.max=…`), where they can be had: in v2 where its controller is there, else in v1 under v1's names.
 * v1 hierarchies are used only for a proc that needs one.
 */
export function placeCgroup(found: FoundCgroup | NoCgroup, settings: readonly string[]): PlacedCgroup {
  const parents = new Set<string>()
  const placed: string[] = []
  const refused: { file: string; reason: string }[] = []
  if (found.kind !== 'none' && found.v2 !== null) parents.add(found.v2.folder)
  for (const setting of settings) {
    const file = setting.slice(0, setting.indexOf('='))
    const value = setting.slice(file.length + 1)
    const controller = file.slice(0, file.indexOf('.'))
    if (found.kind === 'none') {
      refused.push({ file, reason: reasonOf(found, controller) })
    } else if (found.v2?.controllers.includes(controller)) {
      placed.push(setting)
    } else {
      const folder = found.v1.get(controller)
      const translated = folder === undefined ? null : inV1(file, value)
      if (folder === undefined) refused.push({ file, reason: reasonOf(found, controller) })
      else if (translated === null) refused.push({ file, reason: 'cgroup v1 has nothing like it' })
      else {
        parents.add(folder)
        placed.push(...translated)
      }
    }
  }
  return { parents: [...parents], settings: placed, refused }
}

// What keeps other controllers away is no reason.
function reasonOf({ reasons }: FoundCgroup | NoCgroup, controller: string): string {
  const own = reasons.filter(({ controllers }) => controllers === null || controllers.includes(controller))
  return own.map(({ text }) => text).join('; ') || `there is no controller ${controller}`
}

function inV1(file: string, value: string): readonly string[] | null {
  switch (file) {
    case 'memory.max':
      return [`memory.limit_in_bytes=${value === 'max' ? '-1' : value}`]
    case 'pids.max':
      return [`pids.max=${value}`]
    case 'cpu.max': {
      const [quota = 'max', period = '100000'] = value.split(' ')
      return [`cpu.cfs_period_us=${period}`, `cpu.cfs_quota_us=${quota === 'max' ? '-1' : quota}`]
    }
    case 'cpu.weight':
      // 100 and 1024 are the defaults; 2 the least that v1 takes.
      return [`cpu.shares=${Math.max(2, Math.round((Number(value) * 1024) / 100))}`]
    default:
      return null
  }
}
