export { MemoryDisk } from './disk.ts'
export { type MemoryHooks, openMemoryStore } from './memory-store.ts'
