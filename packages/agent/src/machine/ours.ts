import type { CgroupResult, ProcResult } from '@apsis/wire/result'
import type { CgroupRecord } from './end-record.ts'
import { maskedText } from './mask-text.ts'
import type { Proc } from './proc.ts'

/** The members of a result that are beyond the existing shape; null where not known. `cwd`: where it is now, null when it does not run. */
export function oursOf(proc: Proc, cwd: string | null): Partial<ProcResult> {
  const end = proc.state === 'ended' ? proc.end : null
  const { about } = proc
  return {
    tree: end?.tree ?? null,
    ended_by: end?.endedBy ?? null,
    cgroup: end?.cgroup === undefined ? null : cgroupResult(end.cgroup),
    perf: end?.perf ?? null,
    cwd: cwd ?? about?.cwd ?? null,
    env: about?.env ?? null,
    limits: about?.limits ?? null,
    masked: end?.masked === undefined ? null : maskedResult(proc, end.masked),
    errors_detail:
      end?.steps === undefined
        ? null
        : end.steps.map(({ stage, errno, text, fd }) => ({ stage, errno, text: maskedText(text, about?.secrets), fd })),
  }
}

function cgroupResult({ kind, path, figures, pressure }: CgroupRecord): CgroupResult {
  return {
    ...(kind === null ? {} : { kind }),
    ...(path === null ? {} : { path }),
    ...figures,
    ...(pressure === null ? {} : { pressure }),
  }
}

function maskedResult(proc: Proc, masked: ReadonlyMap<number, number>): NonNullable<ProcResult['masked']> {
  const named = proc.fds.flatMap(({ fd, name }): [string, number][] => {
    const count = masked.get(fd)
    return count === undefined ? [] : [[name, count]]
  })
  return Object.fromEntries(named)
}

/** The figures of a control group as existing agents show them (spec/procstar.md 3.7), null where the kernel gives none; the whole is null without those of the CPU. */
export function cgroupAccounting({ figures }: CgroupRecord): ProcResult['cgroup_accounting'] {
  const figure = (name: string): number | null => figures[name] ?? null
  const usage = figure('cpu_usage_usec')
  if (usage === null) return null
  return {
    pids: group({ current: figure('pids_current'), peak: figure('pids_peak') }),
    cpu_stat: {
      usage_usec: usage,
      user_usec: figure('cpu_user_usec'),
      system_usec: figure('cpu_system_usec'),
      nr_periods: figure('nr_periods'),
      nr_throttled: figure('nr_throttled'),
      throttled_usec: figure('throttled_usec'),
      nr_bursts: figure('nr_bursts'),
      burst_usec: figure('burst_usec'),
    },
    memory: group({
      current: figure('memory_current'),
      peak: figure('memory_peak'),
      swap_current: figure('memory_swap_current'),
      swap_peak: figure('memory_swap_peak'),
    }),
  }
}

// Without its controller there is none of them.
function group(figures: Readonly<Record<string, number | null>>): Readonly<Record<string, number | null>> | null {
  return Object.values(figures).every((figure) => figure === null) ? null : figures
}
