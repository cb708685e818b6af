export { IdleCollection } from './idle-collection.ts'
