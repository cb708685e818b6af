import type { Place } from './place.ts'

/** Which segments there are, and how many procs of each are held. */
export class Segments {
  readonly #boots = new Map<number, string>()
  readonly #held = new Map<number, number>()
  readonly #next = new Map<number, number>()
  #current = 0

  /** Notes the run of the host's kernel that a segment belongs to. */
  setBoot(segment: number, boot: string): void {
    this.#boots.set(segment, boot)
    this.#held.set(segment, this.#held.get(segment) ?? 0)
  }

  /** Whether a segment is of that run of the kernel. */
  isOf(segment: number, boot: string): boolean {
    return this.#boots.get(segment) === boot
  }

  /** New procs go here from now on. */
  begin(segment: number): void {
    this.#current = segment
    this.#held.set(segment, this.#held.get(segment) ?? 0)
  }

  /** A segment exists. */
  note(segment: number): void {
    this.#held.set(segment, this.#held.get(segment) ?? 0)
  }

  /** Where new procs go. */
  get current(): number {
    return this.#current
  }

  /** The place of a new proc, which is held from now on. */
  take(): Place {
    const place = { segment: this.#current, index: this.#next.get(this.#current) ?? 0 }
    this.hold(place)
    return place
  }

  /** A proc is held at this place. */
  hold({ segment, index }: Place): void {
    this.#next.set(segment, Math.max(this.#next.get(segment) ?? 0, index + 1))
    this.#held.set(segment, (this.#held.get(segment) ?? 0) + 1)
  }

  /** The proc at this place is held no more. */
  release({ segment }: Place): void {
    this.#held.set(segment, (this.#held.get(segment) ?? 1) - 1)
  }

  /** Gives up, and names, the segments that hold nothing and take nothing new. */
  dropEmpty(): readonly number[] {
    const empty = [...this.#held]
      .filter(([segment, held]) => held === 0 && segment !== this.#current)
      .map(([segment]) => segment)
    for (const segment of empty) {
      this.#held.delete(segment)
      this.#boots.delete(segment)
      this.#next.delete(segment)
    }
    return empty
  }
}
