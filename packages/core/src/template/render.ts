import { type Budget, MAX_OUTPUT } from './budget.ts'
import { hashOf } from './compare.ts'
import { Evaluator } from './evaluate.ts'
import { fail } from './fault.ts'
import { iterate } from './iterate.ts'
import { type LoopState, loopValue } from './loop.ts'
import type { Body, FilterLink, Macro, Statement, Target } from './node.ts'
import { str } from './repr.ts'
import type { ScopeChain } from './scope-chain.ts'
import { type Arguments, CallableValue, DictValue, truthy, TupleValue, UndefinedValue, type Value } from './value.ts'

/** Carries out the statements of a template. */
export class Renderer {
  readonly evaluator: Evaluator
  readonly #budget: Budget

  constructor(budget: Budget) {
    this.#budget = budget
    this.evaluator = new Evaluator(budget)
  }

  /** The text that statements make. Names that they set go into `scope`. */
  render(body: Body, scope: ScopeChain): string {
    let text = ''
    for (const statement of body) {
      this.evaluator.at = statement.at
      this.#budget.enter()
      text += this.#statement(statement, scope)
      this.#budget.leave()
      if (text.length > MAX_OUTPUT) fail(`the template makes a text of more than ${MAX_OUTPUT} characters`)
    }
    return text
  }

  #statement(node: Statement, scope: ScopeChain): string {
    switch (node.type) {
      case 'text':
        this.#budget.spendText(node.text.length)
        return node.text
      case 'print':
        return str(this.evaluator.evaluate(node.value, scope), this.#budget)
      case 'if':
        return this.render(truthy(this.evaluator.evaluate(node.test, scope)) ? node.body : node.otherwise, scope)
      case 'for':
        return this.#for(node, this.evaluator.evaluate(node.iterable, scope), scope, 0)
      case 'set':
        this.assign(node.target, this.evaluator.evaluate(node.value, scope), scope)
        return ''
      case 'setblock':
        this.assign(node.target, this.#filtered(node.filters, this.render(node.body, scope.inner()), scope), scope)
        return ''
      case 'with':
        return this.#with(node, scope)
      case 'macro':
        scope.set(node.name, this.#macro(node.name, node.macro, scope))
        return ''
      case 'callblock':
        return this.#callBlock(node, scope)
      case 'filterblock':
        return str(this.#filtered(node.filters, this.render(node.body, scope.inner()), scope), this.#budget)
      case 'scope':
        return this.render(node.body, scope.inner())
    }
  }

  /** Gives names values. */
  assign(target: Target, value: Value, scope: ScopeChain): void {
    if (target.type === 'name') return scope.set(target.name, value)
    if (target.type === 'namespace') {
      const namespace = scope.get(target.name)
      if (namespace === null || typeof namespace !== 'object' || namespace.kind !== 'namespace') {
        return fail('cannot assign attribute on non-namespace object', target.at)
      }
      namespace.attributes.set(target.attribute, value)
      return
    }
    const items = iterate(value, this.#budget)
    const { length } = target.items
    if (items.length > length) fail(`too many values to unpack (expected ${length})`, target.at)
    if (items.length < length) fail(`not enough values to unpack (expected ${length}, got ${items.length})`, target.at)
    for (const [index, one] of target.items.entries()) this.assign(one, items[index] ?? null, scope)
  }

  #for(node: Statement & { readonly type: 'for' }, iterable: Value, scope: ScopeChain, depth: number): string {
    const all = iterate(iterable, this.#budget)
    const { filter } = node
    const items =
      filter === null
        ? all
        : all.filter((one) => {
            const inner = scope.inner()
            this.assign(node.target, one, inner)
            return truthy(this.evaluator.evaluate(filter, inner))
          })
    if (items.length === 0) return this.render(node.otherwise, scope.inner())
    const recurse = node.recursive ? (inner: Value): string => this.#for(node, inner, scope, depth + 1) : null
    const state: LoopState = { items, index: 0, depth, changed: null, recurse }
    const loop = loopValue(state)
    let text = ''
    for (; state.index < items.length; state.index++) {
      const inner = scope.inner()
      inner.set('loop', loop)
      this.assign(node.target, items[state.index] ?? null, inner)
      text += this.render(node.body, inner)
      if (text.length > MAX_OUTPUT) fail(`the template makes a text of more than ${MAX_OUTPUT} characters`)
    }
    return text
  }

  #with(node: Statement & { readonly type: 'with' }, scope: ScopeChain): string {
    const inner = scope.inner()
    // The values do not see each other's names.
    const values = node.values.map(([target, value]) => [target, this.evaluator.evaluate(value, scope)] as const)
    for (const [target, value] of values) this.assign(target, value, inner)
    return this.render(node.body, inner)
  }

  #filtered(filters: readonly FilterLink[], text: string, scope: ScopeChain): Value {
    return filters.reduce<Value>((value, { name, args, at }) => {
      const bound = this.evaluator.arguments(args, scope)
      this.evaluator.at = at
      return this.evaluator.filter(name, value, bound)
    }, text)
  }

  #callBlock(node: Statement & { readonly type: 'callblock' }, scope: ScopeChain): string {
    const callee = this.evaluator.evaluate(node.call.callee, scope)
    const { positional, named } = this.evaluator.arguments(node.call.args, scope)
    const caller = this.#macro('caller', node.caller, scope)
    this.evaluator.at = node.at
    return str(
      this.evaluator.call(callee, { positional, named: new Map([...named, ['caller', caller]]) }),
      this.#budget,
    )
  }

  #macro(name: string, macro: Macro, scope: ScopeChain): CallableValue {
    return new CallableValue(name, (args) => this.render(macro.body, this.#bindMacro(name, macro, args, scope)))
  }

  #bindMacro(name: string, { params, mentions }: Macro, args: Arguments, scope: ScopeChain): ScopeChain {
    const inner = scope.inner()
    const named = new Map(args.named)
    const caller = named.get('caller')
    if (caller !== undefined && mentions.has('caller')) inner.set('caller', caller)
    if (!params.some((param) => param.name === 'caller') && mentions.has('caller')) named.delete('caller')
    for (const [index, param] of params.entries()) {
      const value = args.positional[index] ?? named.get(param.name)
      if (index < args.positional.length && named.has(param.name))
        fail(`macro '${name}' got multiple values for argument '${param.name}'`)
      named.delete(param.name)
      if (index < args.positional.length) inner.set(param.name, args.positional[index] ?? null)
      else if (value !== undefined) inner.set(param.name, value)
      else if (param.fallback !== null) inner.set(param.name, this.evaluator.evaluate(param.fallback, inner))
      else inner.set(param.name, new UndefinedValue(`parameter '${param.name}' was not provided`))
    }
    const rest = args.positional.slice(params.length)
    const [unknown] = named.keys()
    if (mentions.has('varargs')) inner.set('varargs', new TupleValue(rest))
    else if (rest.length > 0) fail(`macro '${name}' takes not more than ${params.length} argument(s)`)
    if (mentions.has('kwargs')) {
      inner.set(
        'kwargs',
        new DictValue(new Map([...named].map(([key, value]) => [hashOf(key), [key, value] as const]))),
      )
    } else if (unknown !== undefined) fail(`macro '${name}' takes no keyword argument '${unknown}'`)
    return inner
  }
}
