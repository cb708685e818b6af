/** Bounds that a frame must keep to be decoded. A frame beyond any of them is refused whole. */
export interface DecodeLimits {
  /** Bytes of the whole frame. */
  readonly bytes: number
  /** Nesting of arrays and maps. */
  readonly depth: number
  /** Arrays, maps, their elements, keys and members, all together: what bounds memory, at some 60 bytes each. */
  readonly values: number
  /** Elements of one array, or members of one map. */
  readonly length: number
}

/**
 * The limits of the agent protocol. 64 MiB is what existing agents take (spec/procstar.md 4.1); the deepest message known nests 8 deep; a
 * million values are 100,000 proc ids, or 1,024 specs with 400 variables each.
 */
export const DECODE_LIMITS: DecodeLimits = { bytes: 64 * 1024 * 1024, depth: 32, values: 1_000_000, length: 500_000 }
