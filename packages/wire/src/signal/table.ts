/** Names of the standard signals of Linux on x86-64 and arm64, by number less one. 16 is historic, and no kernel sends it. */
export const STANDARD_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSYS',
] as const

/** The name of a standard signal. */
export type StandardSignal = (typeof STANDARD_SIGNALS)[number]

/** Other names of the same signals. */
export const SIGNAL_ALIASES: ReadonlyMap<string, StandardSignal> = new Map([
  ['SIGIOT', 'SIGABRT'],
  ['SIGCLD', 'SIGCHLD'],
  ['SIGPOLL', 'SIGIO'],
])

/** First real-time signal as programs see it: the kernel's 32 and 33 belong to the C library. */
export const SIGRTMIN = 34
/** Last real-time signal, and the last of all. */
export const SIGRTMAX = 64
