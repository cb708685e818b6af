import { conformance } from '../conformance/index.ts'
import { MemoryDisk, openMemoryStore } from './index.ts'

conformance('memory', async () => {
  const disk = new MemoryDisk()
  return { open: async () => openMemoryStore(disk), dispose: async () => disk.crash() }
})
