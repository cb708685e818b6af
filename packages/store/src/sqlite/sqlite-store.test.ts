import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformance } from '../conformance/index.ts'
import { openSqliteStore } from './index.ts'

conformance('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  return {
    open: () => openSqliteStore({ folder }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
