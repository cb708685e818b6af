/** Notes its run where others note theirs, in one write; says so; and ends with a code that its run's number implies. */
const PROCESS = `
  command: |
    echo "$APSIS_RUN_ID" >> {{ records }}/starts
    n=\${APSIS_RUN_ID#r}
    echo "begin $APSIS_RUN_ID"
    sleep "0.$((n % 10))"
    head -c $((n % 5 * 20000)) /dev/zero | tr '\\0' 'z'
    echo "end $APSIS_RUN_ID"
    exit $((n % 3))
`

const MORE = 'schedule: {type: interval, interval: 1}\n'

/**
 * Jobs of a soak: their processes write to files in `records`. `beat` runs each second and leads to `after`; `few` two at a time; `needs` waits for
 * `plain`; `asked` and `slow` run on request.
 */
export function soakJobs(records: string): Readonly<Record<string, string>> {
  const shell = `program:\n  type: procstar-shell${PROCESS.replaceAll('{{ records }}', records)}`
  return {
    beat: `${MORE}action: {type: schedule, job_id: after, if: {states: [success, failure]}}\n${shell}`,
    after: 'program: {type: no-op}',
    plain: `${MORE}program: {type: no-op}`,
    few: `${MORE}condition: {type: max_running, count: 2}\n${shell}`,
    needs: `${MORE}condition: {type: dependency, job_id: plain}\n${shell}`,
    asked: shell,
    slow: `program:\n  type: procstar-shell\n  command: echo "$APSIS_RUN_ID" >> ${records}/starts; SOAK=${records} sleep 5000 & wait\n  stop: {grace_period: 5}`,
  }
}

/** Jobs whose processes end by themselves as their run's number says. */
export const ENDING: ReadonlySet<string> = new Set(['beat', 'few', 'needs', 'asked'])

/** Jobs with a schedule, of an instant each second. */
export const SCHEDULED: readonly string[] = ['beat', 'plain', 'few', 'needs']

/** The exit code of a run of such a job. */
export function exitCode(runId: string): number {
  return Number(runId.slice(1)) % 3
}

/** The output of a run of such a job. */
export function outputOf(runId: string): string {
  return `begin ${runId}\n${'z'.repeat((Number(runId.slice(1)) % 5) * 20_000)}end ${runId}\n`
}
