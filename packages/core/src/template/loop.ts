import { equal } from './compare.ts'
import { fail } from './fault.ts'
import { CallableValue, type ObjectType, ObjectValue, UndefinedValue, type Value } from './value.ts'

/** What a `for` knows of itself. */
export interface LoopState {
  readonly items: readonly Value[]
  index: number
  readonly depth: number
  /** What `loop.changed` was last asked about. */
  changed: readonly Value[] | null
  /** Renders the loop over other items, where it is recursive. */
  readonly recurse: ((iterable: Value) => string) | null
}

const ATTRIBUTES: ReadonlyMap<string, (loop: LoopState) => Value> = new Map<string, (loop: LoopState) => Value>([
  ['index', ({ index }) => BigInt(index + 1)],
  ['index0', ({ index }) => BigInt(index)],
  ['revindex', ({ index, items }) => BigInt(items.length - index)],
  ['revindex0', ({ index, items }) => BigInt(items.length - index - 1)],
  ['first', ({ index }) => index === 0],
  ['last', ({ index, items }) => index === items.length - 1],
  ['length', ({ items }) => BigInt(items.length)],
  ['depth', ({ depth }) => BigInt(depth + 1)],
  ['depth0', ({ depth }) => BigInt(depth)],
  ['previtem', ({ index, items }) => items[index - 1] ?? new UndefinedValue('there is no previous item')],
  ['nextitem', ({ index, items }) => items[index + 1] ?? new UndefinedValue('there is no next item')],
  ['cycle', (loop) => new CallableValue('cycle', ({ positional }) => cycled(loop, positional))],
  ['changed', (loop) => new CallableValue('changed', ({ positional }) => changed(loop, positional))],
])

const LOOP: ObjectType<LoopState> = {
  name: 'LoopContext',
  str: ({ index, items }) => `<LoopContext ${index + 1}/${items.length}>`,
  repr: ({ index, items }) => `<LoopContext ${index + 1}/${items.length}>`,
  attribute: (loop, name) => ATTRIBUTES.get(name)?.(loop),
  call: ({ recurse }, { positional: [iterable = null] }) =>
    recurse === null ? fail('the loop is not recursive: write {% for ... recursive %}') : recurse(iterable),
}

/** The value of `loop`. */
export function loopValue(state: LoopState): Value {
  return new ObjectValue(LOOP, state)
}

function cycled(loop: LoopState, values: readonly Value[]): Value {
  return values[loop.index % values.length] ?? fail('no items for cycling given')
}

function changed(loop: LoopState, values: readonly Value[]): boolean {
  const { changed: before } = loop
  loop.changed = values
  return (
    before === null ||
    before.length !== values.length ||
    values.some((value, index) => !equal(value, before[index] ?? null))
  )
}
