// Runs benchmarks (docs/design/bench.md): npm run bench -- [NAME...|all|list] [--json] [--full]. Without a name it lists them, then runs all.
import { parseArgs } from 'node:util'
import { BENCHMARKS } from './list.ts'
import { lastLine, summaryLines, targetText } from './report/index.ts'
import { runBenchmark } from './run.ts'

const USAGE = 'usage: npm run bench -- [NAME...|all|list] [--json] [--full]'

/** Ends with 0 when every target holds, 1 when one falls short, 2 when one could not be run. */
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const given = argumentsOf(args)
  if (typeof given === 'string') {
    process.stderr.write(`bench: ${given}\n${USAGE}\n`)
    return 2
  }
  const { names, json, full } = given
  const out = (line: string): void => void process.stdout.write(`${line}\n`)
  const say = json ? () => {} : out
  if (names.length === 0 || names.includes('list')) {
    for (const { name, about, ...measured } of BENCHMARKS) {
      if (!json) out(`${name}: ${about} (target ${targetText({ name, ...measured })})`)
      else if (names.length > 0) out(JSON.stringify({ name, about, target: targetText({ name, ...measured }) }))
    }
    if (names.length > 0) return 0
    say('')
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const wanted = BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes('all') || names.includes(name))
  const lines: string[] = []
  let status = 0
  for (const benchmark of wanted) {
    if (stop.signal.aborted) return 2
    const from = performance.now()
    say(`${benchmark.name}: ${benchmark.about}`)
    try {
      const result = await runBenchmark(benchmark, { full, stop: stop.signal, say })
      const seconds = Math.round((performance.now() - from) / 100) / 10
      if (json) out(JSON.stringify({ ...result, seconds, full }))
      for (const line of summaryLines(result)) say(line)
      say(lastLine(result))
      lines.push(lastLine(result))
      if (!result.ok) status = Math.max(status, 1)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      if (json) out(JSON.stringify({ name: benchmark.name, error: text }))
      say(`${benchmark.name}: could not be run: ${text}`)
      lines.push(`${benchmark.name}: could not be run`)
      status = 2
    }
  }
  if (lines.length > 1) for (const line of ['', ...lines]) say(line)
  return status
}

function argumentsOf(
  args: readonly string[],
): { readonly names: readonly string[]; readonly json: boolean; readonly full: boolean } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
    })
    const known = new Set(['all', 'list', ...BENCHMARKS.map(({ name }) => name)])
    const unknown = positionals.find((name) => !known.has(name))
    if (unknown === undefined) return { names: positionals, ...values }
    return `no benchmark ${unknown}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
