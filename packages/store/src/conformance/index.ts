export { conformance } from './conformance.ts'
export type { Factory, Place } from './place.ts'
