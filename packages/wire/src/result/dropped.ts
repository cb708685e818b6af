/** The mark that stands in the place of output that was not kept: on a line of its own. */
export function droppedMark(bytes: number): string {
  return `\n... ${bytes} bytes dropped ...\n`
}
