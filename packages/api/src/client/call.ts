import { pathOf, queryOf, type Route } from '../routes/index.ts'
import { errorOf } from './error.ts'

/** A reply as `fetch` gives it: the part that the client needs. */
export interface FetchReply {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** `fetch`, passed in. The url is a path where `base` is empty. Rejects where there is no reply at all. */
export type Fetch = (
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<FetchReply>

export interface Connection {
  readonly fetch: Fetch
  /** `http://host:port`, or empty for the page's own server. */
  readonly base: string
  /** Sent with every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallInput<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body?: Body
}

/** Sends a request of a route; resolves to the reply of a success. Throws `ApiError` for any other. */
export async function send<Params extends object, Query extends object, Body>(
  connection: Connection,
  route: Route<Params, Query, Body, unknown>,
  input: CallInput<Params, Query, Body>,
  headers: Readonly<Record<string, string>> = {},
): Promise<FetchReply> {
  const query = queryOf(route, input.query)
  const url = `${connection.base}${pathOf(route, input.params)}${query === '' ? '' : `?${query}`}`
  const body = input.body === undefined ? {} : { body: JSON.stringify(input.body) }
  const type = input.body === undefined ? {} : { 'content-type': 'application/json' }
  const reply = await connection.fetch(url, {
    method: route.methods[0],
    headers: { ...connection.headers, ...type, ...headers },
    ...body,
  })
  if (reply.status >= 200 && reply.status < 300) return reply
  throw errorOf(reply.status, await reply.text())
}

/** Calls a route. Throws `ApiError` for an error reply, `ReplyError` for one that has not the form of the route. */
export async function call<Params extends object, Query extends object, Body, Reply>(
  connection: Connection,
  route: Route<Params, Query, Body, Reply>,
  input: CallInput<Params, Query, Body>,
): Promise<Reply> {
  if (route.reply === null) throw new TypeError(`${route.name} replies with bytes`)
  const reply = await send(connection, route, input)
  const text = await reply.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ReplyError(route.name, 'not JSON', { cause })
  }
  const parsed = route.reply.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ReplyError(route.name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, { cause: parsed.error })
}

/** What answered is not a server of ours, or of another version. */
export class ReplyError extends Error {
  override readonly name: string = 'ReplyError'
  constructor(route: string, problem: string, options: ErrorOptions) {
    super(`the reply to ${route} has not the form expected: ${problem}`, options)
  }
}
