import type { OpenFlags } from '@apsis/wire/spec'

// Linux's, the same on x86-64 and arm64.
const READ = 0
const WRITE = 1
const READ_WRITE = 2
const CREATE = 0o100
const EXCLUSIVE = 0o200
const TRUNCATE = 0o1000
const APPEND = 0o2000

/** The flags of open(2) for a descriptor (spec/procstar.md 2.3): `Default` depends on which descriptor it is. */
export function openFlags(flags: OpenFlags, fd: number): number {
  switch (flags) {
    case 'Default':
      return fd === 0 ? READ : (fd === 1 || fd === 2 ? WRITE : READ_WRITE) | CREATE | TRUNCATE
    case 'Read':
      return READ
    case 'Write':
      return WRITE | CREATE | TRUNCATE
    case 'Create':
      return WRITE | CREATE | EXCLUSIVE
    case 'Replace':
      return WRITE | TRUNCATE
    case 'CreateAppend':
      return WRITE | CREATE | APPEND
    case 'Append':
      return WRITE | APPEND
    case 'ReadWrite':
      return READ_WRITE | CREATE | TRUNCATE
  }
}
