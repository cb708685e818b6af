// What is done with a data folder from outside of the server: copies, checks, and reading archives.
export * from '@apsis/store/folder'
export { StoreError } from '@apsis/store/port'
