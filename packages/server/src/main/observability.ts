import {
  Diagnosis,
  GcWatch,
  LoopWatch,
  type MetricSources,
  ServerMetrics,
  SLOW_COMMIT,
} from '../edges/metrics/index.ts'
import type { Log, Observer } from '../engine/index.ts'

/** What watches a server. */
export interface Observability {
  readonly metrics: ServerMetrics
  readonly loop: LoopWatch
  readonly gc: GcWatch
  /** For the engine. */
  readonly observer: Observer
  stop(): void
}

/** Begins to measure a server, and to say in its log what holds it up. */
export function observeServer(sources: MetricSources, log: Log): Observability {
  const diagnosis = new Diagnosis(log, (ms, then) => {
    const timer = setTimeout(then, ms).unref()
    return () => clearTimeout(timer)
  })
  const gc = new GcWatch()
  const metrics = new ServerMetrics(sources, gc)
  // That the store fails, it says itself; and of one commit it is told once that it takes long.
  let silent = false
  const loop = new LoopWatch({
    measured: (delay) => {
      metrics.loopDelay(delay)
      const took = metrics.committingFor()
      if (silent || took < SLOW_COMMIT) return
      silent = true
      diagnosis.slowCommit(took, null)
    },
    blocked: (delay, cpu) => diagnosis.blocked(delay, cpu),
  })
  loop.start()
  const { observer } = metrics
  return {
    metrics,
    loop,
    gc,
    observer: {
      ...observer,
      committing: () => {
        silent = false
        observer.committing()
      },
      committed: (took, runs, facts) => {
        observer.committed(took, runs, facts)
        if (!silent && took >= SLOW_COMMIT) diagnosis.slowCommit(took, runs)
      },
      commitFailed: () => {
        silent = true
        observer.commitFailed()
      },
    },
    stop: () => {
      loop.stop()
      gc.stop()
      diagnosis.stop()
    },
  }
}
