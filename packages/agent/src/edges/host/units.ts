import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import type { HostUnits, Now } from '../../machine/index.ts'

const AT_PAGESZ = 6n
const AT_CLKTCK = 17n

/** The host's page size, clock ticks and time of boot. */
export async function hostUnits(now: Now): Promise<HostUnits> {
  const auxv = await readFile('/proc/self/auxv')
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0])
  return {
    page: auxiliary(auxv, AT_PAGESZ) ?? 4096,
    ticksPerSecond: auxiliary(auxv, AT_CLKTCK) ?? 100,
    booted: now.wall - BigInt(Math.round(uptime * 1e9)),
  }
}

/** Which run of the kernel this is. */
export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

// What the kernel told this process at its start: pairs of 64-bit numbers in the machine's byte order.
function auxiliary(auxv: Buffer, type: bigint): number | null {
  const read = (at: number): bigint => (endianness() === 'LE' ? auxv.readBigUInt64LE(at) : auxv.readBigUInt64BE(at))
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (read(at) === type) return Number(read(at + 8))
  }
  return null
}
