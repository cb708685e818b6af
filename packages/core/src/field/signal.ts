/** Signals of Linux by name, as `kill -l` numbers them on the machines that we run on. */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const

const MAX_SIGNAL = 64
const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(SIGNALS))
const NAMES: ReadonlyMap<number, string> = new Map([...NUMBERS].map(([name, number]) => [number, name]))

/** The number of a signal: `SIGTERM`, `TERM`, or a number from 1 to 64. Null for anything else. */
export function parseSignal(text: string): number | null {
  if (/^\d{1,2}$/.test(text)) {
    const number = Number(text)
    return number >= 1 && number <= MAX_SIGNAL ? number : null
  }
  return NUMBERS.get(text) ?? NUMBERS.get(`SIG${text}`) ?? null
}

/** `SIGTERM` for 15; `signal 40` where there is no name. */
export function signalName(number: number): string {
  return NAMES.get(number) ?? `signal ${number}`
}
