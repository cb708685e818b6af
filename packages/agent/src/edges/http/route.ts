import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AgentHandle } from '../../main/index.ts'
import type { AnswerBudget } from './answer-budget.ts'
import type { BodyBudget } from './body.ts'
import type { HttpOptions } from '../../options/index.ts'
import type { Reply } from './reply.ts'

/** What handlers work with. */
export interface Service {
  readonly agent: AgentHandle
  readonly budget: BodyBudget
  readonly answers: AnswerBudget
  readonly options: HttpOptions
}

/** One request being answered. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  /** Value of a `:name` of the path, percent-decoded. */
  readonly parameter: (name: string) => string
}

export type Handler = (service: Service, exchange: Exchange) => Promise<Reply>

/** A path with `:name` for what varies, and what is done for each method. */
export interface Route {
  readonly path: string
  readonly methods: { readonly GET?: Handler; readonly POST?: Handler; readonly DELETE?: Handler }
}

/** The route of a path, its parameters, or why there is none. */
export type Routed =
  | { readonly kind: 'route'; readonly route: Route; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'none' }
  | { readonly kind: 'undecodable' }

/** Finds the route of a path. Each part is decoded for itself, so that `%2F` is a character of an id. Ids are looked up, and never part of a file's name. */
export function findRoute(routes: readonly Route[], path: string): Routed {
  const parts = path.split('/')
  for (const route of routes) {
    const pattern = route.path.split('/')
    if (pattern.length !== parts.length) continue
    const fits = pattern.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
    if (!fits) continue
    const parameters = new Map<string, string>()
    for (const [index, part] of pattern.entries()) {
      if (!part.startsWith(':')) continue
      const value = decoded(parts[index] ?? '')
      if (value === null) return { kind: 'undecodable' }
      parameters.set(part.slice(1), value)
    }
    return { kind: 'route', route, parameters }
  }
  return { kind: 'none' }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
