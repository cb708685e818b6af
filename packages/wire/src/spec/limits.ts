/** Resource limits of setrlimit(2) by our names; the position is Linux's number, the same on x86-64 and arm64. */
export const LIMIT_NAMES = [
  'cpu',
  'fsize',
  'data',
  'stack',
  'core',
  'rss',
  'nproc',
  'nofile',
  'memlock',
  'as',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'rttime',
] as const

export type LimitName = (typeof LIMIT_NAMES)[number]

/** In the limit's own unit (bytes, seconds, µs, a count), 0 to 2^53 - 1. */
export type LimitValue = number | 'unlimited'

/** Soft and hard limit, or one value for both. */
export type Limit = LimitValue | readonly [soft: LimitValue, hard: LimitValue]

/** A limit to be set; null is unlimited. */
export interface ResolvedLimit {
  /** Linux's number of it. */
  readonly resource: number
  readonly soft: number | null
  readonly hard: number | null
}

/** The limits of a spec, by number. */
export function resolveLimits(limits: { readonly [name in LimitName]?: Limit }): readonly ResolvedLimit[] {
  return LIMIT_NAMES.flatMap((name, resource) => {
    const limit = limits[name]
    if (limit === undefined) return []
    const [soft, hard] = typeof limit === 'object' ? limit : [limit, limit]
    return [{ resource, soft: amount(soft), hard: amount(hard) }]
  })
}

function amount(value: LimitValue): number | null {
  return value === 'unlimited' ? null : value
}
