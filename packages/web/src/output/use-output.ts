import { followOutput } from '@apsis/api/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '../net/client.ts'
import { openSocket, wait } from '../net/socket.ts'
import { toastError } from '../ui/toast-list.ts'
import { OutputWindow } from './window.ts'

/** Bytes shown at first, and more each time that earlier ones are asked for. */
export const STRETCH: number = 256 << 10
/** Pieces are shown together, milliseconds. */
const GATHER = 100

export interface LiveOutput {
  readonly lines: readonly string[]
  /** Offset of the first byte shown. */
  readonly start: number
  /** Offset after the last byte shown. */
  readonly end: number
  /** Whether as much is held as may be. */
  readonly isFull: boolean
  /** Loads the stretch before; null while that goes on, and where there is none. */
  readonly loadEarlier: (() => void) | null
}

type Shown = Omit<LiveOutput, 'loadEarlier'>

function shownOf(held: OutputWindow): Shown {
  return { lines: held.lines, start: held.start, end: held.end, isFull: held.isFull }
}

/** The end of an output, followed live. `length` is that of the output at first. Another output needs another key. */
export function useOutput(runId: string, outputId: string, length: number): LiveOutput {
  const [first] = useState(() => Math.max(0, length - STRETCH))
  const held = useRef<OutputWindow | null>(null)
  const [shown, setShown] = useState<Shown>({ lines: [], start: first, end: first, isFull: false })
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    const mine = new OutputWindow(first)
    held.current = mine
    let cancel: (() => void) | null = null
    const show = (): void => {
      cancel = null
      setShown(shownOf(mine))
    }
    const stop = followOutput(
      { runId, outputId, start: first },
      {
        open: openSocket,
        wait,
        onData: (data, offset) => {
          mine.append(data, offset)
          cancel ??= wait(GATHER, show)
        },
        onEnd: () => {
          mine.finish()
          cancel ??= wait(0, show)
        },
      },
    )
    return () => {
      held.current = null
      stop()
      cancel?.()
    }
  }, [runId, outputId, first])

  const loadEarlier = useCallback(() => {
    const mine = held.current
    if (mine === null) return
    const end = mine.start
    setBusy(true)
    client.output(runId, outputId, { start: Math.max(0, end - STRETCH), end }).then(
      ({ data, start }) => {
        setBusy(false)
        // In the meantime the window may have moved on, for its limit; or the page may show something else.
        if (held.current !== mine || mine.start !== end) return
        mine.prepend(data.subarray(0, end - start), start)
        setShown(shownOf(mine))
      },
      (error: unknown) => {
        setBusy(false)
        toastError('Earlier output could not be loaded', error)
      },
    )
  }, [runId, outputId])

  return { ...shown, loadEarlier: busy || shown.start === 0 || shown.isFull ? null : loadEarlier }
}
