export { decode, type DecodedValue, type Value, type ValueMap } from './decode.ts'
export { encode } from './encode.ts'
export { DECODE_LIMITS, type DecodeLimits } from './limits.ts'
