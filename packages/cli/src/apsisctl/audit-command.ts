import type { Command } from 'commander'
import type { AuditReport } from '@apsis/server/audit'
import { type Duration, formatInstant, parseDuration } from '@apsis/core/time'
import { type Context, formats, type Outcome, UsageError } from '../command/index.ts'
import { jsonText, printable } from '../terminal/index.ts'
import { type DataOption, dataFolder, onFolder, withData } from './data-folder.ts'

interface AuditCommandOptions extends DataOption {
  readonly within: Duration
  readonly format?: 'table' | 'json'
}

/** The command `audit`: holds a data folder against the invariants, beside its server or without one. */
export function addAudit(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withData(
    program
      .command('audit')
      .description(
        'check a data folder against every invariant, beside its server or without; exit code 1 where one is broken',
      ),
  )
    .option('--within <duration>', 'how long after it was due an instant may be without a verdict', duration, 60_000)
    .addOption(formats('table', 'json'))
    .action((options: AuditCommandOptions) =>
      onFolder(context, outcome, async () => {
        const { auditFolder } = await import('@apsis/server/audit')
        const report = auditFolder({ folder: dataFolder(options), now: terminal.now(), bound: options.within })
        terminal.out(options.format === 'json' ? jsonText(reportJson(report)) : reportText(report))
        return report.findings.some(({ total }) => total > 0) ? 1 : 0
      }),
    )
}

function duration(text: string): Duration {
  const parsed = parseDuration(text)
  if (!parsed.ok)
    throw new UsageError(`--within: ${parsed.message}; expected seconds, or a duration such as 90s or 15min`)
  return parsed.value
}

function reportJson({ running, asOf, findings }: AuditReport): object {
  return {
    server_running: running,
    as_of: formatInstant(asOf),
    ok: findings.every(({ total }) => total === 0),
    invariants: findings.map(({ rule, total, violations }) => ({
      id: rule.id,
      invariant: rule.invariant,
      statement: rule.statement,
      violations: total,
      first: violations,
    })),
  }
}

function reportText({ running, asOf, findings }: AuditReport): string {
  const lines = findings.flatMap(({ rule, total, violations }) => {
    const said = total === 0 ? 'ok' : `${total} ${total === 1 ? 'violation' : 'violations'}`
    const more = total - violations.length
    return [
      `${rule.invariant.padEnd(6)} ${rule.id.padEnd(22)} ${said}`,
      ...(total === 0 ? [] : [`       ${rule.statement}`]),
      ...violations.map(({ of, wrong }) => printable(`       - ${of}: ${wrong}`)),
      ...(more > 0 ? [`       and ${more} more`] : []),
    ]
  })
  const broken = findings.filter(({ total }) => total > 0).length
  lines.push(
    `${findings.length} checks, ${broken === 0 ? 'all hold' : `${broken} broken`}; as of ${formatInstant(asOf)}, ${running ? 'beside a running server' : 'no server runs'}`,
  )
  return `${lines.join('\n')}\n`
}
