import type { Diagnostic } from '../document/index.ts'
import { intendedJobPath } from '../job/name.ts'

/** Names told of one by one; of the others only how many there are. */
const MAX_TOLD = 100

/** A file of a folder: its path below it with `/`, and as it is shown. */
export interface NamedFile {
  readonly path: string
  readonly shown: string
}

/**
 * What there is to say about the names of a job folder: each file that would be a job under another name is a warning, and that there is no
 * job at all a notice. `folder`: as it is shown.
 */
export function checkFileNames(
  files: readonly NamedFile[],
  { folder, jobs }: { readonly folder: string; readonly jobs: number },
): readonly Diagnostic[] {
  const misnamed = files
    .flatMap(({ path, shown }) => {
      const intended = intendedJobPath(path)
      return intended === null ? [] : [{ shown, name: intended.slice(intended.lastIndexOf('/') + 1) }]
    })
    .sort((a, b) => (a.shown < b.shown ? -1 : 1))
  const told = misnamed
    .slice(0, MAX_TOLD)
    .map(({ shown, name }) =>
      say(
        'JOB_FILE_NAME',
        'warning',
        shown,
        'this is not a job: its name does not end in .yaml',
        `rename it to ${name}`,
      ),
    )
  const left = misnamed.length - told.length
  const more =
    left > 0
      ? [say('JOB_FILE_NAME', 'warning', folder, `${left} more files whose names do not end in .yaml`, 'rename them')]
      : []
  const empty =
    jobs === 0
      ? [say('JOB_FOLDER_EMPTY', 'notice', folder, 'there is no job here', 'a job is a file whose name ends in .yaml')]
      : []
  return [...told, ...more, ...empty]
}

function say(
  code: Diagnostic['code'],
  severity: Diagnostic['severity'],
  file: string,
  message: string,
  hint: string,
): Diagnostic {
  return { code, severity, file, line: null, column: null, key: '', message, hint }
}
