// What is done with a data folder from outside of the server: copies, checks, and reading archives.
export * from '@apsis/store/folder'
export { type RunFilter, StoreError } from '@apsis/store/port'
