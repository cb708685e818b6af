import type { Json } from './mutate.ts'

/**
 * Valid documents with every member that there is. They run nothing but `echo`, `cat` and `sleep`, without a shell: mutants of them are run for
 * real, so no text of theirs may do harm whatever it is put into.
 */
export const SPEC_SEEDS: readonly Json[] = [
  { specs: { a: { argv: ['/bin/echo', 'hello'] } } },
  {
    specs: {
      writer: {
        argv: ['/bin/echo', 'x'],
        fds: [
          ['stdin', { null: { flags: 'Read' } }],
          ['stdout', 'pipe-write'],
          ['stderr', { capture: { mode: 'memory', encoding: 'utf-8', attached: true } }],
        ],
      },
      reader: {
        argv: ['/bin/cat'],
        fds: [
          ['stdin', { 'pipe-read': { proc_id: 'writer', fd: 'stdout' } }],
          ['stdout', { capture: { limit: 10, keep: 'both', times: true } }],
          ['2', { dup: { fd: 1 } }],
          ['5', { data: { text: 'given' } }],
          ['6', { data: { base64: 'Z2l2ZW4=' } }],
          ['7', 'close'],
        ],
      },
    },
  },
  {
    specs: {
      'of ours': {
        id: 'name',
        exe: '/bin/sleep',
        argv: ['sleep', '0'],
        env: { inherit: ['PATH', 'HOME'], vars: { A: '1', B: null } },
        cwd: '/',
        umask: 18,
        orphans: 'kill',
        user: 0,
        group: 'root',
        groups: [0, 'daemon'],
        limits: { nofile: 100, core: [0, 'unlimited'], nice: 20 },
        nice: 5,
        pdeath_signal: 'SIGTERM',
        signals: { ignore: ['HUP', 1], block: ['SIGUSR1'] },
        search_path: true,
        close_fds: true,
        timeout: { duration: 1.5, signal: 'INT', grace: 0.1 },
        stop: { signal: 'TERM', grace: 1 },
        cgroup: { memory_max: 100000000, pids_max: 50, cpu_max: 1.5, cpu_weight: 100 },
        perf: true,
        mask: ['secret', 'other secret'],
        result_env: true,
        systemd_properties: { slice: { memory_max: 100000000, tasks_max: 50 } },
      },
    },
  },
]

/** What comes in elsewhere: the edges of every type. */
export const SPEC_ATOMS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  64,
  65,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 64,
  '',
  ' ',
  '0',
  '-1',
  'a\0b',
  'ü€😀',
  '\ud800',
  'x'.repeat(5000),
  '/no/such/file',
  'stdout',
  '999999999999',
  '__proto__',
  'constructor',
  'toString',
  [],
  {},
  [[[[[[[[]]]]]]]],
  // A member of its own, and no prototype.
  { ['__proto__']: null, argv: [] },
  Array.from({ length: 2000 }, (_, index) => index),
]
