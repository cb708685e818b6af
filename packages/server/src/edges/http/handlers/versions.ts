import { formatTime } from '@apsis/api/json'
import {
  diffJobVersions,
  type JobEditJson,
  type JobVersionJson,
  type JobVersionsQuery,
  listJobVersions,
  MAX_VERSIONS,
} from '@apsis/api/routes'
import { definitionEdits, type Edit, editText } from '@apsis/core/change'
import { keyText } from '@apsis/core/document'
import type { JsonObject } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import { type Failure, failure, type Outcome, success } from '../outcome.ts'
import type { History, Jobs } from '../ports.ts'
import { register } from '../register.ts'
import { findJobId } from './runs.ts'

const DEFAULT_LIMIT = 50

export interface VersionPorts {
  readonly jobs: Jobs
  readonly history: Pick<History, 'jobVersions' | 'definition'>
}

interface Version {
  readonly since: Instant | null
  readonly hash: string | null
}

/** Serves the definitions that jobs have had. */
export function serveVersions(app: FastifyInstance, ports: VersionPorts): void {
  register(app, listJobVersions, async ({ params, query }) => {
    const { limit = DEFAULT_LIMIT } = query
    const found = await versionsOf(ports, params.job_id, limit + 1)
    if (!found.ok) return found
    const { jobId, versions } = found.value
    const shown = await Promise.all(versions.slice(0, limit).map((one) => versionJson(ports, jobId, one, query)))
    return success({ job_id: jobId, versions: shown, more: versions.length > limit })
  })
  register(app, diffJobVersions, async ({ params, query }) => {
    const found = await versionsOf(ports, params.job_id, MAX_VERSIONS)
    if (!found.ok) return found
    const { jobId, versions } = found.value
    const there = versions.filter(({ hash }) => hash !== null)
    const to = chosen(there, query.to, jobId)
    if (!to.ok) return to
    const before = there.slice(there.indexOf(to.value) + 1).find(({ hash }) => hash !== to.value.hash)
    const from = query.from === undefined ? former(before, jobId) : chosen(there, query.from, jobId)
    if (!from.ok) return from
    const [old, next] = await Promise.all([definitionOf(ports, from.value), definitionOf(ports, to.value)])
    if (old === null || next === null) return noVersion(jobId, 'the definition is no longer kept')
    const edits = definitionEdits(old, next).map(editJson)
    return success({ job_id: jobId, from: endJson(from.value), to: endJson(to.value), edits })
  })
}

async function versionsOf(
  { jobs, history }: VersionPorts,
  target: string,
  limit: number,
): Promise<Outcome<{ readonly jobId: string; readonly versions: readonly Version[] }>> {
  // A job that is gone has versions still, by its whole id.
  const gone = jobs.get(target) === null ? await history.jobVersions(target, limit) : []
  const match = gone.length > 0 ? success(target) : findJobId(jobs, target)
  if (!match.ok) return match.code === 'JOB_NO_MATCH' ? failure('JOB_UNKNOWN', `no job_id ${target}`) : match
  const jobId = match.value
  const versions: readonly Version[] = gone.length > 0 ? gone : await history.jobVersions(jobId, limit)
  const job = jobs.get(jobId)
  return success({
    jobId,
    versions: versions.length > 0 || job === null ? versions : [{ since: null, hash: job.hash }],
  })
}

async function versionJson(
  ports: VersionPorts,
  jobId: string,
  version: Version,
  { definitions = false }: JobVersionsQuery,
): Promise<JobVersionJson> {
  const current = version.hash !== null && ports.jobs.get(jobId)?.hash === version.hash
  const plain = { ...endJson(version), current }
  return definitions ? { ...plain, definition: await definitionOf(ports, version) } : plain
}

async function definitionOf({ history }: VersionPorts, { hash }: Version): Promise<JsonObject | null> {
  return hash === null ? null : ((await history.definition(hash))?.json ?? null)
}

/** The version that is meant: by the beginning of its hash; the newest, where none is named. */
function chosen(versions: readonly Version[], hash: string | undefined, jobId: string): Outcome<Version> {
  const matches = versions.filter((one) => hash === undefined || one.hash?.startsWith(hash) === true)
  const [first] = matches
  if (first === undefined)
    return noVersion(jobId, hash === undefined ? 'there is no other' : `none begins with ${hash}`)
  const clear = hash === undefined || matches.every((one) => one.hash === first.hash)
  return clear ? success(first) : noVersion(jobId, `more than one begins with ${hash}`)
}

function former(before: Version | undefined, jobId: string): Outcome<Version> {
  return before === undefined ? noVersion(jobId, 'there is none before') : success(before)
}

function noVersion(jobId: string, why: string): Failure {
  return failure('VERSION_UNKNOWN', `no such version of ${jobId}: ${why}`)
}

function endJson({ since, hash }: Version): Pick<JobVersionJson, 'since' | 'hash'> {
  return { since: since === null ? null : formatTime(since), hash }
}

function editJson(edit: Edit): JobEditJson {
  const { kind, path } = edit
  return {
    kind,
    key: keyText(path),
    ...('from' in edit ? { from: edit.from } : {}),
    ...('to' in edit ? { to: edit.to } : {}),
    text: editText(edit),
  }
}
