/** An argv as one would type it into a shell (as Python's `shlex.join`). */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quote).join(' ')
}

function quote(arg: string): string {
  if (arg === '') return "''"
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'"'"'`)}'`
}

/** Why no process can have this argv, or null. */
export function argvFault(argv: readonly string[]): string | null {
  if (argv.length === 0 || argv[0] === '') return 'argv names no program'
  const bad = argv.findIndex((arg) => arg.includes('\0'))
  return bad < 0 ? null : `argv[${bad}] has a null character in it`
}
