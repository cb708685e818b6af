import { attribute, item, slice } from './attribute.ts'
import type { Budget } from './budget.ts'
import { hashOf } from './compare.ts'
import { fail } from './fault.ts'
import { FILTERS } from './filters/index.ts'
import { iterate } from './iterate.ts'
import type { ArgumentNodes, Expression } from './node.ts'
import { binary, compare, unary } from './operator.ts'
import type { ScopeChain } from './scope-chain.ts'
import { TESTS } from './test-table.ts'
import {
  type Arguments,
  DictValue,
  ListValue,
  type Running,
  truthy,
  TupleValue,
  typeName,
  UndefinedValue,
  type Value,
} from './value.ts'

/** Evaluates expressions. Every name has to be defined, but for the input of `default` and of `is defined`. */
export class Evaluator implements Running {
  readonly budget: Budget
  /** Offset of what is being evaluated, for errors that do not know their own. */
  at = 0

  constructor(budget: Budget) {
    this.budget = budget
  }

  /** The value of an expression. Fails where it is undefined. */
  evaluate(node: Expression, scope: ScopeChain): Value {
    const value = this.evaluateLenient(node, scope)
    if (!(value instanceof UndefinedValue)) return value
    return value.fallback ?? fail(value.message, node.at)
  }

  /** The value of an expression, which may be undefined itself; what it is made of may not. */
  evaluateLenient(node: Expression, scope: ScopeChain): Value {
    this.budget.enter()
    this.at = node.at
    const value = this.#value(node, scope)
    this.budget.leave()
    return value
  }

  #value(node: Expression, scope: ScopeChain): Value {
    switch (node.type) {
      case 'constant':
        return node.value
      case 'name':
        return scope.get(node.name)
      case 'list':
        return new ListValue(node.items.map((one) => this.evaluate(one, scope)))
      case 'tuple':
        return new TupleValue(node.items.map((one) => this.evaluate(one, scope)))
      case 'dict':
        return this.#dict(node.items, scope)
      case 'attribute':
        return this.#there(node, attribute(this.evaluate(node.object, scope), node.name))
      case 'item': {
        const object = this.evaluate(node.object, scope)
        const key = this.evaluate(node.key, scope)
        return this.#there(node, item(object, key, this.budget))
      }
      case 'slice': {
        const object = this.evaluate(node.object, scope)
        const [start, stop, step] = [node.start, node.stop, node.step].map((one) =>
          one === null ? null : this.evaluate(one, scope),
        )
        this.at = node.at
        return slice(object, start ?? null, stop ?? null, step ?? null, this.budget)
      }
      case 'call':
        return this.#call(node, scope)
      case 'filter': {
        const input = takesUndefined(node.name)
          ? this.evaluateLenient(node.input, scope)
          : this.evaluate(node.input, scope)
        const args = this.arguments(node.args, scope)
        this.at = node.at
        return this.filter(node.name, input, args)
      }
      case 'test': {
        const input = takesUndefined(node.name)
          ? this.evaluateLenient(node.input, scope)
          : this.evaluate(node.input, scope)
        const args = this.arguments(node.args, scope)
        this.at = node.at
        return this.test(node.name, input, args)
      }
      case 'not':
        return !truthy(this.evaluate(node.operand, scope))
      case 'unary': {
        const operand = this.evaluate(node.operand, scope)
        this.at = node.at
        return unary(node.operator, operand)
      }
      case 'binary': {
        const left = this.evaluate(node.left, scope)
        const right = this.evaluate(node.right, scope)
        this.at = node.at
        return binary(node.operator, left, right, this.budget)
      }
      case 'and':
      case 'or': {
        const left = this.evaluate(node.left, scope)
        return truthy(left) === (node.type === 'or') ? left : this.evaluate(node.right, scope)
      }
      case 'compare':
        return this.#compare(node, scope)
      case 'condition': {
        if (truthy(this.evaluate(node.test, scope))) return this.evaluateLenient(node.value, scope)
        if (node.otherwise !== null) return this.evaluateLenient(node.otherwise, scope)
        return new UndefinedValue('the inline if-expression evaluated to false and no else section was defined', '')
      }
    }
  }

  /** `object.name`; may be undefined. */
  attribute(object: Value, name: string): Value {
    return attribute(object, name)
  }

  /** `object[key]`; may be undefined. */
  item(object: Value, key: Value): Value {
    return item(object, key, this.budget)
  }

  /** Applies a filter by its name. */
  filter(name: string, input: Value, args: Arguments): Value {
    this.budget.spend(1)
    if (name === 'default' || name === 'd') {
      const [fallback = args.named.get('default_value') ?? '', loose = args.named.get('boolean') ?? false] =
        args.positional
      return input instanceof UndefinedValue || (truthy(loose) && !truthy(input)) ? fallback : input
    }
    const filter = FILTERS.get(name)
    return filter === undefined ? fail(`No filter named '${name}'.`) : filter(input, args, this)
  }

  /** Applies a test by its name. */
  test(name: string, input: Value, args: Arguments): boolean {
    this.budget.spend(1)
    if (name === 'defined') return !(input instanceof UndefinedValue)
    if (name === 'undefined') return input instanceof UndefinedValue
    if (name === 'filter') return typeof input === 'string' && (FILTERS.has(input) || takesUndefined(input))
    if (name === 'test') return typeof input === 'string' && (TESTS.has(input) || takesUndefined(input))
    if (input instanceof UndefinedValue) return fail(input.message)
    const test = TESTS.get(name)
    return test === undefined ? fail(`No test named '${name}'.`) : test(input, args, this)
  }

  arguments(nodes: ArgumentNodes, scope: ScopeChain): Arguments {
    const positional = nodes.positional.map((one) => this.evaluate(one, scope))
    if (nodes.spread !== null) {
      for (const value of iterate(this.evaluate(nodes.spread, scope), this.budget)) positional.push(value)
    }
    const named = new Map(nodes.named.map(([name, value]) => [name, this.evaluate(value, scope)] as const))
    if (nodes.namedSpread !== null) this.#spread(this.evaluate(nodes.namedSpread, scope), named)
    return { positional, named }
  }

  #spread(value: Value, named: Map<string, Value>): void {
    if (!(value instanceof DictValue)) fail(`argument after ** must be a mapping, not ${typeName(value)}`)
    for (const [key, entry] of value.entries.values()) {
      if (typeof key !== 'string') fail('keywords must be strings')
      if (named.has(key)) fail(`got multiple values for keyword argument '${key}'`)
      named.set(key, entry)
    }
  }

  #call(node: Expression & { readonly type: 'call' }, scope: ScopeChain): Value {
    const callee = this.evaluate(node.callee, scope)
    const args = this.arguments(node.args, scope)
    this.at = node.at
    return this.call(callee, args)
  }

  /** Calls a function of the template. */
  call(callee: Value, args: Arguments): Value {
    if (callee !== null && typeof callee === 'object') {
      if (callee.kind === 'callable') return callee.call(args, this)
      if (callee.kind === 'object' && callee.type.call !== undefined) return callee.type.call(callee.value, args, this)
    }
    return fail(`'${typeName(callee)}' object is not callable`)
  }

  #dict(items: readonly (readonly [Expression, Expression])[], scope: ScopeChain): DictValue {
    const dict = new DictValue()
    for (const [keyNode, valueNode] of items) {
      const key = this.evaluate(keyNode, scope)
      dict.entries.set(hashOf(key), [key, this.evaluate(valueNode, scope)])
    }
    return dict
  }

  #compare(node: Expression & { readonly type: 'compare' }, scope: ScopeChain): boolean {
    let left = this.evaluate(node.first, scope)
    for (const [operator, operand] of node.rest) {
      const right = this.evaluate(operand, scope)
      this.at = node.at
      if (!compare(operator, left, right)) return false
      left = right
    }
    return true
  }

  // Errors of what is missing point at the dot or bracket.
  #there(node: Expression, value: Value): Value {
    this.at = node.at
    return value
  }
}

function takesUndefined(name: string): boolean {
  return name === 'default' || name === 'd' || name === 'defined' || name === 'undefined'
}
