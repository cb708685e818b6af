import manifest from '../../package.json' with { type: 'json' }

/** Runs a command of this process. Asked only for its version it loads nothing else. */
export async function start(command: () => Promise<number>): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if ((first === '--version' || first === '-V') && rest.length === 0) process.stdout.write(`${manifest.version}\n`)
  else process.exitCode = await command()
}
