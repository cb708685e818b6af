export { decodeStatus } from './decode.ts'
