import type { ProcSpec } from './spec.ts'

/** Members of the existing schema, in the order in which existing peers read a positional array. */
export const EXISTING = ['id', 'exe', 'argv', 'env', 'fds', 'systemd_properties'] as const

/** The members that are ours. */
export type OurMember = Exclude<keyof ProcSpec, (typeof EXISTING)[number]>

/** Their order in a positional array. An existing agent refuses a request with one of them. */
export const OURS: readonly OurMember[] = [
  'cwd',
  'umask',
  'orphans',
  'user',
  'group',
  'groups',
  'limits',
  'nice',
  'pdeath_signal',
  'signals',
  'search_path',
  'close_fds',
  'timeout',
  'stop',
  'cgroup',
  'perf',
  'mask',
  'result_env',
  'fd_names',
]
