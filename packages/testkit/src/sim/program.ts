/** What a simulated process does, as its argv says: `sim duration=MS exit=CODE bytes=N [deaf] [missing]`. */
export interface Program {
  /** How long it runs when nothing ends it, ms. */
  readonly duration: number
  readonly exit: number
  /** Bytes that it writes, evenly over its life. */
  readonly bytes: number
  /** Ignores every signal but SIGKILL. */
  readonly deaf: boolean
  /** Its executable is not there: it never comes to run. */
  readonly missing: boolean
}

/** Reads the argv of a simulated program. Throws on one that is none: a bug of the simulation. */
export function parseProgram(argv: readonly string[]): Program {
  const [name, ...words] = argv
  if (name !== '/bin/sim') throw new Error(`not a simulated program: ${argv.join(' ')}`)
  const number = (key: string): number => {
    const word = words.find((item) => item.startsWith(`${key}=`))
    return word === undefined ? 0 : Number(word.slice(key.length + 1))
  }
  return {
    duration: number('duration'),
    exit: number('exit'),
    bytes: number('bytes'),
    deaf: words.includes('deaf'),
    missing: words.includes('missing'),
  }
}

/** The argv of a simulated program. */
export function programArgv({ duration, exit, bytes, deaf, missing }: Program): readonly string[] {
  const flags = [...(deaf ? ['deaf'] : []), ...(missing ? ['missing'] : [])]
  return ['/bin/sim', `duration=${duration}`, `exit=${exit}`, `bytes=${bytes}`, ...flags]
}

/** Bytes [start, end) of what a proc writes: each proc has its own, and no two neighbours are alike. */
export function outputBytes(procId: string, start: number, end: number): Uint8Array {
  let seed = 0
  for (const char of procId) seed = (Math.imul(seed, 31) + char.charCodeAt(0)) >>> 0
  const bytes = new Uint8Array(Math.max(0, end - start))
  for (let index = 0; index < bytes.length; index++) bytes[index] = Math.imul(start + index + seed, 0x9e3779b1) >>> 24
  return bytes
}
