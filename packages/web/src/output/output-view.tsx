import { pathOf, getOutput } from '@apsis/api/routes'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactElement, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { formatBytes } from '../ui/json.ts'
import { cutLine } from './text.ts'
import { useOutput } from './use-output.ts'

/** Height of a line, pixels: that of the style sheet. */
const LINE = 18
/** Nearer to the end than this, pixels, the view follows it. */
const NEAR = 24

/** An output as text: its end, live; earlier parts on demand. Another output needs another key. */
export function OutputView(props: {
  readonly runId: string
  readonly outputId: string
  readonly length: number
}): ReactElement {
  const { runId, outputId } = props
  const output = useOutput(runId, outputId, props.length)
  const { lines, start, end } = output
  const [follow, setFollow] = useState(true)
  const box = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- React's compiler is not in use
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
  })
  useEffect(() => {
    if (follow && box.current !== null) box.current.scrollTop = box.current.scrollHeight
  }, [follow, lines])
  useKeepPlace(box, lines, start)

  const total = Math.max(end, props.length)
  const download = pathOf(getOutput, { run_id: runId, output_id: outputId })
  return (
    <div className="output">
      <div className="output-bar">
        <span className="faint num" data-testid="output-range">
          {start === 0 ? formatBytes(total) : `last ${formatBytes(end - start)} of ${formatBytes(total)}`}
        </span>
        {start > 0 && (
          <button
            type="button"
            className="button small"
            disabled={output.loadEarlier === null}
            onClick={output.loadEarlier ?? undefined}
          >
            Load earlier
          </button>
        )}
        {output.isFull && start > 0 && <span className="faint">download it to see the rest</span>}
        <span className="spacer" />
        <label className="check">
          <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} /> Follow
        </label>
        <a className="button small" href={download} download={`${runId}-${outputId}`}>
          Download
        </a>
      </div>
      <div
        ref={box}
        className="output-text"
        role="log"
        aria-label={`Output ${outputId}`}
        aria-live="off"
        // Scrolled with the keyboard, it must be one of the places that Tab goes to.
        tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          const near = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR
          if (near !== follow) setFollow(near)
        }}
      >
        <div className="output-lines" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ key, index, start: top }) => (
            <div key={key} className="output-line" style={{ transform: `translateY(${top}px)` }}>
              {cutLine(lines[index] ?? '')}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

/** Keeps the lines in sight where they are when earlier ones come in front. */
function useKeepPlace(box: RefObject<HTMLDivElement | null>, lines: readonly string[], start: number): void {
  const before = useRef({ start, count: lines.length })
  useLayoutEffect(() => {
    const old = before.current
    before.current = { start, count: lines.length }
    if (start < old.start && old.count > 0) box.current?.scrollBy(0, (lines.length - old.count) * LINE)
  }, [box, lines, start])
}
