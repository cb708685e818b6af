/** Where the records and the output of a proc are: the number of its segment, and its own number in it. */
export interface Place {
  readonly segment: number
  readonly index: number
}

/** An output file, by its segment and its name in the segment's `out` folder. */
export interface OutputFile {
  readonly segment: number
  readonly name: string
}

/** The file for the output of one descriptor of a proc. */
export function outputFile(place: Place, fd: number): OutputFile {
  return { segment: place.segment, name: `${place.index}.${fd}` }
}

/** A key that no other output file has. */
export function fileKey(file: OutputFile): string {
  return `${file.segment}/${file.name}`
}
