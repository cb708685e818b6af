import { digest, registry } from '../job/sample-kinds.test.ts'
import { type CheckedJobFile, checkJobFiles, checkScheduled, type ScheduledOptions } from './folder.ts'

export const PROGRAM = 'program: {type: echo, text: hi}\n'
export const NOW: number = Date.UTC(2026, 0, 1)

/** Files by job ID, checked. */
export function folder(files: Readonly<Record<string, string>>, deep = true): readonly CheckedJobFile[] {
  const read = Object.entries(files).map(([jobId, text]) => {
    return { jobId, path: `${jobId}.yaml`, read: { ok: true, text } } as const
  })
  return drained(checkJobFiles(read, { registry, digest, now: NOW, deep }))
}

/** As `folder`, with the runs of the coming day; only what they show. */
export function scheduled(
  files: Readonly<Record<string, string>>,
  options: Partial<Pick<ScheduledOptions, 'dependencies' | 'maxWait'>>,
): string[] {
  const { conditions } = registry
  const checked = checkScheduled(folder(files, false), {
    conditions,
    now: NOW,
    dependencies: true,
    maxWait: null,
    ...options,
  })
  return told(drained(checked))
}

/** `severity CODE file:line:column message`, of all files; without what does not matter to most tests. */
export function told(files: readonly CheckedJobFile[], without: readonly string[] = ['JOB_UNREACHABLE']): string[] {
  return files.flatMap(({ diagnostics }) =>
    diagnostics
      .filter(({ code }) => !without.includes(code))
      .map(
        ({ code, severity, file, line, column, message }) => `${severity} ${code} ${file}:${line}:${column} ${message}`,
      ),
  )
}

function drained<T>(steps: Generator<undefined, T>): T {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}
