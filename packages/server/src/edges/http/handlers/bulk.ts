import { setImmediate as turn } from 'node:timers/promises'
import {
  type BulkJson,
  type BulkOperation,
  type BulkResultJson,
  formatTime,
  MAX_BULK,
  parseTime,
} from '@apsis/api/json'
import { bulk, type BulkBody } from '@apsis/api/routes'
import { reasonFault, type Rejection, type RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { RunFilter } from '@apsis/store/port'
import type { FastifyInstance } from 'fastify'
import type { Operation } from '../../../engine/index.ts'
import { bulkScope, type BulkTarget } from '../bulk-scope.ts'
import { undoOf } from '../bulk-undo.ts'
import { failure, type Outcome, success } from '../outcome.ts'
import type { History, RunCommands } from '../ports.ts'
import { readQueryText } from '../query-text.ts'
import { register } from '../register.ts'
import { recent } from './runs.ts'

export interface BulkPorts {
  readonly commands: Pick<RunCommands, 'operate' | 'rerun'>
  readonly history: Pick<History, 'runs' | 'countRuns'>
  readonly now: () => Instant
  /** Runs that changed last before this are not found by a query; null: all are. */
  readonly oldest: Instant | null
}

/** Runs given to the engine at a time: what others ask of it waits no longer than for these. */
const AT_ONCE = 50
/** Refusals that are told one by one. */
const REFUSALS = 100

type Answer = { readonly ok: true; readonly made: RunId | null } | { readonly ok: false; readonly rejection: Rejection }

/** Serves the route that does something to many runs. */
export function serveBulk(app: FastifyInstance, ports: BulkPorts): void {
  register(app, bulk, async ({ body, gone }) => {
    const { operation, dry_run: dryRun = true, expect, reason = null } = body
    const filter = filterOf(ports, body)
    if (!filter.ok) return filter
    const fault = faultOf(operation, reason, ports.now())
    if (fault !== null) return failure('REQUEST', fault)
    const signal = gone()
    const scope = await bulkScope(ports.history, filter.value, operation, signal)
    const applies = scope.targets.length
    if (!dryRun && expect !== undefined && (applies > expect || (scope.more && expect < MAX_BULK))) {
      const found = scope.more ? `more than ${applies}` : `${applies}`
      return failure(
        'RUNS_MORE',
        `${found} runs are found, where ${expect} were expected: nothing was done; look again`,
        {
          applies,
          more: scope.more,
          expect,
        },
      )
    }
    const { targets, shown, ...counts } = scope
    const preview: BulkJson = {
      when: formatTime(ports.now()),
      dry_run: dryRun,
      operation,
      ...counts,
      applies,
      runs: shown,
    }
    if (dryRun) return success(preview)
    return success({ ...preview, result: await carryOut(ports, operation, reason, targets, signal) })
  })
}

async function carryOut(
  { commands }: Pick<BulkPorts, 'commands'>,
  operation: BulkOperation,
  reason: string | null,
  targets: readonly BulkTarget[],
  signal: AbortSignal,
): Promise<BulkResultJson> {
  const done: BulkTarget[] = []
  const made: RunId[] = []
  const refusals: { run_id: string; code: string; error: string }[] = []
  let refused = 0
  let from = 0
  for (; from < targets.length && !signal.aborted; from += AT_ONCE) {
    const some = targets.slice(from, from + AT_ONCE)
    // One slice after the other: all at once would fill the mailbox of the engine.
    const answers = await Promise.all(some.map(({ id }) => one(commands, id, operation, reason)))
    for (const [index, target] of some.entries()) {
      const answer = answers[index]
      if (answer === undefined) continue
      if (answer.ok) {
        done.push(target)
        if (answer.made !== null) made.push(answer.made)
        continue
      }
      refused++
      const { code, message } = answer.rejection
      if (refusals.length < REFUSALS) refusals.push({ run_id: target.id, code, error: message })
    }
    await turn()
  }
  return {
    done: done.length,
    refused,
    refusals,
    ...(operation.type === 'rerun' ? { made } : {}),
    cut_short: from < targets.length,
    undo: undoOf(operation, done, made),
  }
}

async function one(
  commands: BulkPorts['commands'],
  id: RunId,
  operation: BulkOperation,
  reason: string | null,
): Promise<Answer> {
  if (operation.type === 'rerun') {
    const reply = await commands.rerun(id, reason)
    return reply.ok ? { ok: true, made: reply.value.id } : reply
  }
  const reply = await commands.operate(id, askedOf(operation, reason))
  return reply.ok ? { ok: true, made: null } : reply
}

function askedOf(operation: Exclude<BulkOperation, { type: 'rerun' }>, reason: string | null): Operation {
  switch (operation.type) {
    case 'mark':
      return { type: 'mark', state: operation.state, reason }
    case 'hold':
      return { type: 'hold', until: untilOf(operation.until), reason }
    case 'start':
    case 'skip':
    case 'stop':
    case 'release':
      return { type: operation.type, reason }
  }
}

function filterOf({ now, oldest }: BulkPorts, { query, zone = 'UTC', run_ids: ids }: BulkBody): Outcome<RunFilter> {
  if (query === undefined) return success({ ids: ids ?? [] })
  const asked = readQueryText(query, zone, now(), { in: 'body', text: 'query', zone: 'zone' })
  return asked.ok ? success(recent({ query: asked.value }, oldest)) : asked
}

/** What would be refused of every run is refused once, before any. */
function faultOf(operation: BulkOperation, reason: string | null, now: Instant): string | null {
  const fault = reasonFault(reason)
  if (fault !== null || operation.type !== 'hold') return fault
  const until = untilOf(operation.until)
  return until !== null && until <= now ? `until is ${formatTime(until)}: expected a time to come` : null
}

function untilOf(until: string | null | undefined): Instant | null {
  return until === undefined || until === null ? null : parseTime(until)
}
