// What is done with a data folder from outside of the server: copies, checks, and reading archives as a server reads its own.
export * from '@apsis/store/folder'
export { StoreError } from '@apsis/store/port'
export { filterByValues } from '../edges/http/run-filter.ts'
