import type { FdEntry } from '@apsis/wire/spec'

/** Where the records and the output of a proc are: the number of its segment, and its own number in it. */
export interface Place {
  readonly segment: number
  readonly index: number
}

/** An output file, by its segment and its name in the segment's `out` folder. */
export interface OutputFile {
  readonly segment: number
  readonly name: string
  /** Where it is instead when it is the user's: never to be deleted. */
  readonly path?: string
}

/** The file for the output of one descriptor of a proc; `path` is the user's own. */
export function outputFile(place: Place, fd: number, path: string | null = null): OutputFile {
  const file = { segment: place.segment, name: `${place.index}.${fd}` }
  return path === null ? file : { ...file, path }
}

/** How a descriptor of a proc is captured; null when it is not. */
export function captureOf(proc: { readonly fds: readonly FdEntry[] }, fd: number): Capture | null {
  const what = proc.fds.find((entry) => entry.fd === fd)?.action
  return what?.kind === 'capture' ? what : null
}

type Capture = Extract<FdEntry['action'], { readonly kind: 'capture' }>

/** The file that has the captured output of a descriptor of a proc. */
export function fileOf(proc: { readonly place: Place; readonly fds: readonly FdEntry[] }, fd: number): OutputFile {
  return outputFile(proc.place, fd, captureOf(proc, fd)?.path)
}

/** The file for the times of a proc's outputs. */
export function timesFile(place: Place): OutputFile {
  return { segment: place.segment, name: `${place.index}.times` }
}

/** A key that no other output file has. */
export function fileKey(file: OutputFile): string {
  return `${file.segment}/${file.name}`
}
