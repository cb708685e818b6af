import { fileKey, type OutputFile } from '../../machine/index.ts'
import { watchPath } from './watch.ts'

/** Tells which followed output files grow. One watch a segment, only while something of it is followed. */
export class OutputWatch {
  readonly #folderOf: (segment: number) => string
  readonly #onGrowth: (file: OutputFile) => void
  readonly #trouble: (text: string) => void
  readonly #folders = new Map<number, { unwatch: () => void; followed: number }>()
  readonly #followed = new Set<string>()

  constructor(
    folderOf: (segment: number) => string,
    onGrowth: (file: OutputFile) => void,
    trouble: (text: string) => void,
  ) {
    this.#folderOf = folderOf
    this.#onGrowth = onGrowth
    this.#trouble = trouble
  }

  follow(file: OutputFile): void {
    const key = fileKey(file)
    if (this.#followed.has(key)) return
    this.#followed.add(key)
    const folder = this.#folders.get(file.segment) ?? { unwatch: this.#watch(file.segment), followed: 0 }
    folder.followed++
    this.#folders.set(file.segment, folder)
  }

  unfollow(file: OutputFile): void {
    if (!this.#followed.delete(fileKey(file))) return
    const folder = this.#folders.get(file.segment)
    if (folder === undefined || --folder.followed > 0) return
    folder.unwatch()
    this.#folders.delete(file.segment)
  }

  close(): void {
    for (const { unwatch } of this.#folders.values()) unwatch()
    this.#folders.clear()
    this.#followed.clear()
  }

  #watch(segment: number): () => void {
    const onChange = (name: string | null): void => {
      if (name === null) return
      const file = { segment, name }
      if (this.#followed.has(fileKey(file))) this.#onGrowth(file)
    }
    return watchPath(this.#folderOf(segment), onChange, this.#trouble)
  }
}
