export { Check, type Checked, type Fields, isFields, isItems } from './check.ts'
export { describe } from './describe.ts'
export { at, type Path, top } from './path.ts'
