import type { Random } from '../random/index.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xc0, 0xc1, 0xdf, 0xff]

/** One of several. There has to be one. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[random.below(from.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

export function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)))
}

/** Some bytes changed, cut off, taken out, or put in from another. */
export function mutateBytes(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
  let made: Buffer = Buffer.from(bytes)
  for (let times = 1 + random.below(5); times > 0; times--) made = mutateOnce(random, made, others)
  return made
}

function mutateOnce(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1)
  const until = Math.min(bytes.length, at + 1 + random.below(8))
  const changed = Buffer.from(bytes)
  switch (random.below(6)) {
    case 0:
      if (at < changed.length) changed.writeUInt8(changed.readUInt8(at) ^ (1 << random.below(8)), at)
      return changed
    case 1:
      if (at < changed.length) changed.writeUInt8(pick(random, EDGES), at)
      return changed
    case 2:
      return changed.subarray(0, at)
    case 3:
      return Buffer.concat([changed.subarray(0, at), changed.subarray(until)])
    case 4:
      return Buffer.concat([changed.subarray(0, until), changed.subarray(at)])
    default: {
      const other = pick(random, others)
      const from = random.below(other.length + 1)
      return Buffer.concat([
        changed.subarray(0, at),
        other.subarray(from, from + random.below(24)),
        changed.subarray(at),
      ])
    }
  }
}

/** A document with a few of its nodes replaced, left out, repeated or taken from `others`. `atoms`: the values that come in. */
export function mutateJson(random: Random, value: Json, others: readonly Json[], atoms: readonly Json[]): Json {
  let made = value
  for (let times = 1 + random.below(2); times > 0; times--) {
    const target = random.below(nodes(made))
    made = replaced(made, target, (node) => mutateNode(random, node, others, atoms))
  }
  return made
}

function mutateNode(random: Random, node: Json, others: readonly Json[], atoms: readonly Json[]): Json {
  const other = (): Json => {
    const donor = pick(random, others)
    let found: Json = null
    replaced(donor, random.below(nodes(donor)), (part) => (found = part))
    return random.chance(0.5) ? found : pick(random, atoms)
  }
  if (isList(node) && random.chance(0.7)) {
    const at = random.below(node.length + 1)
    return random.chance(0.5) ? node.toSpliced(at, 0, other()) : node.toSpliced(at, 1)
  }
  if (isRecord(node) && random.chance(0.7)) {
    const entries = Object.entries(node)
    const donors = others.flatMap(membersOf)
    // With the value that belongs there, so that many of the mutants are valid.
    if (random.chance(0.5)) return Object.fromEntries([...entries, pick(random, donors)])
    const key = random.chance(0.8)
      ? pick(random, donors)[0]
      : pick(
          random,
          atoms.filter((atom) => typeof atom === 'string'),
        )
    if (random.chance(0.6)) return Object.fromEntries([...entries, [key, other()]])
    return Object.fromEntries(entries.toSpliced(random.below(entries.length), 1))
  }
  if (typeof node === 'number' && random.chance(0.5)) return pick(random, [-node, node + 0.5, node * 1e6, node - 1])
  return random.chance(0.1) ? [node] : other()
}

function membersOf(value: Json): readonly (readonly [string, Json])[] {
  if (isList(value)) return value.flatMap(membersOf)
  return isRecord(value) ? Object.entries(value).flatMap((member) => [member, ...membersOf(member[1])]) : []
}

function nodes(value: Json): number {
  if (isList(value)) return value.reduce((sum: number, item) => sum + nodes(item), 1)
  return isRecord(value) ? Object.values(value).reduce((sum: number, item) => sum + nodes(item), 1) : 1
}

function replaced(value: Json, target: number, by: (node: Json) => Json): Json {
  if (target === 0) return by(value)
  let left = target - 1
  const inside = (item: Json): Json => {
    const size = nodes(item)
    const here = left >= 0 && left < size
    const made = here ? replaced(item, left, by) : item
    left -= size
    return made
  }
  if (isList(value)) return value.map(inside)
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inside(member)]))
    : value
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value)
}
