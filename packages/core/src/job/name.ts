const MAX_LENGTH = 1024

/**
 * The job ID of a file by its path below the job directory (`/` separated), or null where it is no job file: a job file ends in `.yaml`, and
 * its name does not begin with a dot.
 */
export function jobIdOfPath(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.endsWith('.yaml') && !name.startsWith('.') ? path.slice(0, -'.yaml'.length) : null
}

/**
 * What a file that is no job file was probably to be called to be one: its name ends in `.yml`, or in either ending with upper case. Null for any
 * other file.
 */
export function intendedJobPath(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.startsWith('.') || name.endsWith('.yaml') || !/.\.ya?ml$/i.test(name)) return null
  return path.replace(/\.ya?ml$/i, '.yaml')
}

/** What is wrong with a job ID, or null. */
export function jobIdFault(jobId: string): string | null {
  if (jobId === '') return 'the job ID is empty'
  if (jobId.length > MAX_LENGTH)
    return `the job ID is ${jobId.length} characters long; at most ${MAX_LENGTH} are allowed`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(jobId) ? 'the job ID has control characters in it' : null
}
