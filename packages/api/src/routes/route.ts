import { z } from 'zod'
import type { ErrorCode } from '../error/index.ts'

export type Method = 'GET' | 'POST' | 'PUT'

/** One route of the API: everything that server, client and documentation need to know of it. */
export interface Route<Params, Query, Body, Reply> {
  /** Also its operation id. */
  readonly name: string
  /** All that it takes; ours use the first. */
  readonly methods: readonly [Method, ...Method[]]
  /** Path with `:name` for each member of `params`; a last `*name` takes the rest, slashes included. */
  readonly path: string
  readonly tag: 'jobs' | 'runs' | 'operations' | 'outputs' | 'ledger' | 'server' | 'agents'
  /** One sentence. */
  readonly summary: string
  readonly params: z.ZodType<Params, unknown>
  readonly query: z.ZodType<Query, unknown>
  /** Null when it takes none; whatever is sent is then ignored. */
  readonly body: z.ZodType<Body, unknown> | null
  /** The JSON of success; null when the reply is bytes. */
  readonly reply: z.ZodType<Reply> | null
  /** Codes besides those that any route may answer with (`COMMON_ERRORS`). */
  readonly errors: readonly ErrorCode[]
  /** Writes a query where its members are not one to one those of the wire. */
  readonly writeQuery?: (query: Query) => Iterable<readonly [string, string]>
}

/** A route of whatever types: for lists of them. */
export interface AnyRoute {
  readonly name: string
  readonly methods: readonly [Method, ...Method[]]
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly params: z.ZodType
  readonly query: z.ZodType
  readonly body: z.ZodType | null
  readonly reply: z.ZodType | null
  readonly errors: readonly ErrorCode[]
}

/** Codes that any route may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'REQUEST_INVALID',
  'METHOD_NOT_ALLOWED',
  'ORIGIN',
  'NOT_READY',
  'INTERNAL',
]

/** What a route without params, query or reply takes or gives. */
export type Nothing = Readonly<Record<string, never>>

/** Ignores what is sent, as the existing server does with names that it does not know. */
export const nothing: z.ZodType<Nothing, unknown> = z.preprocess(() => ({}), z.object({}))

/** The path of a route with its params put in, each escaped. Throws `TypeError` when one is missing (a bug). */
export function pathOf(route: { readonly path: string }, params: object): string {
  const values = new Map(Object.entries<unknown>({ ...params }))
  return route.path.replace(/[:*]([a-z_]+)/g, (_, name: string) => {
    const value = values.get(name)
    if (typeof value !== 'string') throw new TypeError(`path ${route.path}: no value for ${name}`)
    return encodeURIComponent(value)
  })
}

/** The query text of a route, without `?`. */
export function queryOf<Query extends object>(
  route: { readonly writeQuery?: (query: Query) => Iterable<readonly [string, string]> },
  query: Query,
): string {
  const pairs = route.writeQuery === undefined ? plainPairs(query) : [...route.writeQuery(query)]
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
}

/** Names and values of a flat object, lists repeated; absent members left out. */
export function plainPairs(query: object): (readonly [string, string])[] {
  return Object.entries<unknown>({ ...query }).flatMap(([name, value]) => {
    if (value === undefined) return []
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.map((one) => [name, String(one)] as const)
  })
}
