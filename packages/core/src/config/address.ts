/** Where a server listens. `host` is a name, an IPv4 or an IPv6 address without brackets, or `*` for every address. */
export interface Address {
  readonly host: string
  /** 0 to 65535; 0: any free port. */
  readonly port: number
}

/** Parses `ADDR:PORT`, `[IPV6]:PORT` or `*:PORT`; null for anything else. */
export function parseAddress(text: string): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > 65_535 ? null : { host, port }
}

/** The address as `ADDR:PORT`. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
