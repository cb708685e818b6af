/** Asks whoever sits at the terminal, on stderr; null where nobody does: input or messages go elsewhere. An end of the input means no. */
export type Confirm = (question: string) => Promise<boolean | null>

/** Asks on the terminal of this process. */
export const processConfirm: Confirm = async (question) => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  // Only now: hardly any command asks.
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(false))
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      lines.close()
    })
  })
}
