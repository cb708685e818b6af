import { equal } from './compare.ts'
import { fail } from './fault.ts'
import { numeric } from './number.ts'
import { binary, compare } from './operator.ts'
import { str } from './repr.ts'
import type { Arguments, Running, Value } from './value.ts'

/** A test: `input is name(args)`. */
export type ValueTest = (input: Value, args: Arguments, running: Running) => boolean

const kindOf = (value: Value): string => (value !== null && typeof value === 'object' ? value.kind : '')

/** Jinja's tests by name; `defined` and `undefined` are part of the evaluator, since they take undefined names. */
export const TESTS: ReadonlyMap<string, ValueTest> = new Map<string, ValueTest>([
  ['none', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['integer', (value) => typeof value === 'bigint'],
  ['float', (value) => typeof value === 'number'],
  ['number', (value) => numeric(value) !== undefined],
  ['string', (value) => typeof value === 'string'],
  ['mapping', (value) => kindOf(value) === 'dict'],
  ['iterable', (value) => typeof value === 'string' || ['list', 'tuple', 'dict', 'range'].includes(kindOf(value))],
  ['sequence', (value) => typeof value === 'string' || ['list', 'tuple', 'dict', 'range'].includes(kindOf(value))],
  ['callable', (value) => kindOf(value) === 'callable'],
  ['lower', (value, _args, { budget }) => isCase(str(value, budget), (text) => text.toLowerCase())],
  ['upper', (value, _args, { budget }) => isCase(str(value, budget), (text) => text.toUpperCase())],
  ['odd', (value, _args, { budget }) => equal(binary('%', value, 2n, budget), 1n)],
  ['even', (value, _args, { budget }) => equal(binary('%', value, 2n, budget), 0n)],
  ['divisibleby', (value, args, { budget }) => equal(binary('%', value, argument('divisibleby', args), budget), 0n)],
  ['sameas', (value, args) => Object.is(value, argument('sameas', args))],
  ['in', (value, args) => compare('in', value, argument('in', args))],
  ...comparison('==', 'eq', 'equalto'),
  ...comparison('!=', 'ne'),
  ...comparison('<', 'lt', 'lessthan'),
  ...comparison('<=', 'le'),
  ...comparison('>', 'gt', 'greaterthan'),
  ...comparison('>=', 'ge'),
])

// Texts without letters have no case.
function isCase(text: string, change: (text: string) => string): boolean {
  return text === change(text) && text.toLowerCase() !== text.toUpperCase()
}

function comparison(operator: string, ...names: readonly string[]): readonly (readonly [string, ValueTest])[] {
  return [operator, ...names].map((name) => [name, (value, args) => compare(operator, value, argument(name, args))])
}

function argument(name: string, args: Arguments): Value {
  const [value] = args.positional
  return value === undefined || args.positional.length > 1 || args.named.size > 0
    ? fail(`test '${name}' takes one argument`)
    : value
}
