import { existsSync, readFileSync } from 'node:fs'
import { until } from './until.ts'

export interface StartLine {
  readonly t: 'start'
  readonly v: number
  readonly id: string
  readonly mon: number
  readonly mon_start: number
  readonly pid: number
  readonly pid_start: number
  readonly wall: string
  readonly mono: string
  readonly cgroups?: readonly string[]
}

export interface EndLine {
  readonly t: 'end'
  readonly v: number
  readonly id: string
  readonly pid: number
  readonly status: number | null
  readonly start: string
  readonly stop: string
  readonly elapsed: string
  readonly rusage: Readonly<Record<string, number>>
  readonly errors: readonly {
    readonly stage: string
    readonly fd: number | null
    readonly errno: number
    readonly text: string
  }[]
  readonly out: readonly { readonly fd: number; readonly len: number; readonly masked?: number }[]
  readonly stat: string | null
  readonly statm: string | null
  readonly tree: { readonly left: number; readonly killed: number; readonly empty: boolean; readonly proof: string }
  readonly ended_by?: 'timeout'
  readonly cgroup?: {
    readonly kind: string
    readonly path: string
    readonly pressure?: Readonly<Record<string, number>>
    readonly [figure: string]: unknown
  }
  readonly perf?: Readonly<Record<string, number>>
}

export type JournalLine = StartLine | EndLine

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // torn
  }
}

function isJournalLine(value: unknown): value is JournalLine {
  return typeof value === 'object' && value !== null && 't' in value && (value.t === 'start' || value.t === 'end')
}

/** A journal as the agent reads it: lines that are not JSON are skipped. */
export class Journal {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  lines(): readonly JournalLine[] {
    const texts = existsSync(this.path) ? readFileSync(this.path, 'utf8').split('\n') : []
    return texts.map(parsed).filter(isJournalLine)
  }

  started(id: string): StartLine | undefined {
    return this.lines().find((line): line is StartLine => line.t === 'start' && line.id === id)
  }

  ended(id: string): EndLine | undefined {
    return this.lines().find((line): line is EndLine => line.t === 'end' && line.id === id)
  }

  start(id: string): Promise<StartLine> {
    return until(this.path, () => this.started(id), `the start line of ${id}`)
  }

  end(id: string): Promise<EndLine> {
    return until(this.path, () => this.ended(id), `the end line of ${id}`)
  }
}
