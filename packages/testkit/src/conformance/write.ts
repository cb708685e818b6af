import { isArray, isFloat, isMap, type Plain } from './plain.ts'

/** Writes a value as both existing peers do: everything in its shortest form, floats of 64 bits. Shares nothing with the codec under test. */
export function writePlain(value: Plain): Buffer {
  if (value === null) return Buffer.from([0xc0])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2])
  if (typeof value === 'number' || typeof value === 'bigint') return integer(BigInt(value))
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8')
    return Buffer.concat([head(text.length, [0xa0, 32], [0xd9, 0xda, 0xdb]), text])
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(value.length, null, [0xc4, 0xc5, 0xc6]), value])
  if (isArray(value))
    return Buffer.concat([head(value.length, [0x90, 16], [null, 0xdc, 0xdd]), ...value.map(writePlain)])
  if (isMap(value)) {
    const members = [...value].flatMap(([key, member]) => [writePlain(key), writePlain(member)])
    return Buffer.concat([head(value.size, [0x80, 16], [null, 0xde, 0xdf]), ...members])
  }
  if (!isFloat(value)) throw new Error('not a value')
  const float = Buffer.alloc(9, 0xcb)
  float.writeDoubleBE(value.float, 1)
  return float
}

type Tags = readonly [number | null, number, number]

function head(length: number, fixed: readonly [number, number] | null, [one, two, four]: Tags): Buffer {
  if (fixed !== null && length < fixed[1]) return Buffer.from([fixed[0] | length])
  if (one !== null && length < 0x100) return Buffer.from([one, length])
  if (length < 0x1_0000) return Buffer.from([two, length >> 8, length & 0xff])
  const bytes = Buffer.from([four, 0, 0, 0, 0])
  bytes.writeUInt32BE(length, 1)
  return bytes
}

function integer(value: bigint): Buffer {
  if (value >= -32n && value < 128n) return Buffer.from([Number(value & 0xffn)])
  const forms: readonly (readonly [number, number, bigint, bigint])[] = [
    [0xcc, 1, 0n, 0x100n],
    [0xcd, 2, 0n, 0x1_0000n],
    [0xce, 4, 0n, 0x1_0000_0000n],
    [0xcf, 8, 0n, 1n << 64n],
    [0xd0, 1, -0x80n, 0n],
    [0xd1, 2, -0x8000n, 0n],
    [0xd2, 4, -0x8000_0000n, 0n],
    [0xd3, 8, -(1n << 63n), 0n],
  ]
  const form = forms.find(([, , least, below]) => value >= least && value < below)
  if (form === undefined) throw new RangeError(`${value} does not fit 64 bits`)
  const [tag, bytes] = form
  const digits = BigInt.asUintN(8 * bytes, value)
    .toString(16)
    .padStart(2 * bytes, '0')
  return Buffer.concat([Buffer.from([tag]), Buffer.from(digits, 'hex')])
}
