export { readInput } from './read-input.ts'
export { readJson } from './read-json.ts'
