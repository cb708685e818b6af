import manifest from '../../package.json' with { type: 'json' }

/**
 * Runs a command of this process. Asked only for its version it loads nothing else. No TypeScript on the way to the compile cache: taking the types
 * out of even one file loads a compiler, longer than all the rest.
 *
 * @param {() => Promise<number>} command loads and runs it; resolves with the exit code
 * @returns {Promise<void>}
 */
export async function start(command) {
  const [first, ...rest] = process.argv.slice(2)
  if ((first === '--version' || first === '-V') && rest.length === 0) process.stdout.write(`${manifest.version}\n`)
  else {
    const { folder } = await import('./compile-cache.mjs')
    // Threads take it from the environment alone; without, each of a server's compiles its modules anew. Not for procstar, whose procs would inherit it.
    process.env.NODE_COMPILE_CACHE ??= folder
    process.exitCode = await command()
  }
}
