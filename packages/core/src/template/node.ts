import type { Value } from './value.ts'

interface At {
  /** Offset into the template. */
  readonly at: number
}

/** Arguments as written in a call. */
export interface ArgumentNodes {
  readonly positional: readonly Expression[]
  readonly named: readonly (readonly [name: string, value: Expression])[]
  /** `*x` and `**x`. */
  readonly spread: Expression | null
  readonly namedSpread: Expression | null
}

export type Expression = At &
  (
    | { readonly type: 'constant'; readonly value: Value }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'list' | 'tuple'; readonly items: readonly Expression[] }
    | { readonly type: 'dict'; readonly items: readonly (readonly [Expression, Expression])[] }
    | { readonly type: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly type: 'item'; readonly object: Expression; readonly key: Expression }
    | {
        readonly type: 'slice'
        readonly object: Expression
        readonly start: Expression | null
        readonly stop: Expression | null
        readonly step: Expression | null
      }
    | { readonly type: 'call'; readonly callee: Expression; readonly args: ArgumentNodes }
    | { readonly type: 'filter'; readonly name: string; readonly input: Expression; readonly args: ArgumentNodes }
    | { readonly type: 'test'; readonly name: string; readonly input: Expression; readonly args: ArgumentNodes }
    | { readonly type: 'unary'; readonly operator: '+' | '-'; readonly operand: Expression }
    | { readonly type: 'not'; readonly operand: Expression }
    | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | {
        readonly type: 'compare'
        readonly first: Expression
        readonly rest: readonly (readonly [operator: string, operand: Expression])[]
      }
    | {
        readonly type: 'condition'
        readonly test: Expression
        readonly value: Expression
        readonly otherwise: Expression | null
      }
  )

/** What values are assigned to. */
export type Target = At &
  (
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'tuple'; readonly items: readonly Target[] }
    | { readonly type: 'namespace'; readonly name: string; readonly attribute: string }
  )

export interface Parameter {
  readonly name: string
  readonly fallback: Expression | null
}

/** A macro, or the body of a call block, which is one without a name. */
export interface Macro {
  readonly params: readonly Parameter[]
  readonly body: Body
  /** Names in it: a macro takes further arguments only if it mentions `varargs` or `kwargs`. */
  readonly mentions: ReadonlySet<string>
}

/** A filter without its input. */
export interface FilterLink extends At {
  readonly name: string
  readonly args: ArgumentNodes
}

export type Statement = At &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'print'; readonly value: Expression }
    | { readonly type: 'if'; readonly test: Expression; readonly body: Body; readonly otherwise: Body }
    | {
        readonly type: 'for'
        readonly target: Target
        readonly iterable: Expression
        readonly filter: Expression | null
        readonly recursive: boolean
        readonly body: Body
        readonly otherwise: Body
      }
    | { readonly type: 'set'; readonly target: Target; readonly value: Expression }
    | {
        readonly type: 'setblock'
        readonly target: Target
        readonly filters: readonly FilterLink[]
        readonly body: Body
      }
    | { readonly type: 'with'; readonly values: readonly (readonly [Target, Expression])[]; readonly body: Body }
    | { readonly type: 'macro'; readonly name: string; readonly macro: Macro }
    | { readonly type: 'callblock'; readonly call: Expression & { readonly type: 'call' }; readonly caller: Macro }
    | { readonly type: 'filterblock'; readonly filters: readonly FilterLink[]; readonly body: Body }
    | { readonly type: 'scope'; readonly body: Body }
  )

export type Body = readonly Statement[]
