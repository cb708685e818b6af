import { hash } from 'node:crypto'
import type { Digest } from '@apsis/core/job'

/** SHA-256 in hex: what identifies definitions. */
export const digest: Digest = (text) => hash('sha256', text)
