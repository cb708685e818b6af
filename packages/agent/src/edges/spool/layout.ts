import { join } from 'node:path'

/** Where things are in a state folder. */
export class Layout {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** Who this agent is. */
  get identity(): string {
    return join(this.root, 'agent.json')
  }

  /** Locked by the launcher as long as an agent uses the folder. */
  get lock(): string {
    return join(this.root, 'lock')
  }

  get segments(): string {
    return join(this.root, 'segments')
  }

  segment(number: number): string {
    return join(this.segments, String(number).padStart(6, '0'))
  }

  journal(segment: number): string {
    return join(this.segment(segment), 'journal')
  }

  /** The folder of a segment's output files. */
  outputs(segment: number): string {
    return join(this.segment(segment), 'out')
  }

  /** Of an output file; where the user has it, if it is the user's. */
  output(file: { readonly segment: number; readonly name: string; readonly path?: string }): string {
    return file.path ?? join(this.outputs(file.segment), file.name)
  }
}
