import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react'
import type { RunFilter } from '../live/filter.ts'
import { useRunTable } from '../live/use-run-table.ts'
import { useNarrow } from '../ui/use-narrow.ts'
import { Ending } from './ending.tsx'
import { type Item, itemsOf } from './items.ts'
import { NowLine } from './now-line.tsx'
import { COLUMNS, RunCells } from './run-row.tsx'
import { useSteadyScroll } from './use-steady-scroll.ts'

/** Height of a row, pixels: of a table, and of a card on a narrow screen. They are those of the style sheet. */
const ROW = 34
const CARD = 66
/** Rows before the end at which the next page is loaded. */
const AHEAD = 20

/** The runs of a filter, live, of any length. Another filter needs another key. */
export function RunList({ filter }: { readonly filter: RunFilter }): ReactElement {
  const runs = useRunTable(filter)
  const { table, status, problem, hasMore, loadMore } = runs
  const [allComing, setAllComing] = useState(false)
  // Rows that came in above others while loading would move what somebody is about to click.
  const isLoading = status === 'loading'
  const items = useMemo(() => (isLoading ? [] : itemsOf(table, allComing)), [isLoading, table, allComing])
  const scroller = useRef<HTMLDivElement>(null)
  const height = useNarrow() ? CARD : ROW
  // oxlint-disable-next-line react/incompatible-library -- React's compiler is not in use
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 12,
  })
  useEffect(() => virtualizer.measure(), [virtualizer, height])
  useSteadyScroll(scroller, items, height)
  const visible = virtualizer.getVirtualItems()
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => {
    if (status === 'ready' && hasMore && last >= items.length - AHEAD) loadMore()
  }, [status, hasMore, last, items.length, loadMore])

  return (
    <div className="run-list" role="table" aria-label="Runs" aria-rowcount={items.length + 1} aria-busy={isLoading}>
      <div role="rowgroup" className="list-head">
        <div role="row" className="row head">
          {COLUMNS.map((name) => (
            <span key={name} role="columnheader" className={`cell c-${name.toLowerCase()}`}>
              {name}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className="list-body" tabIndex={-1}>
        <div role="rowgroup" className="list-rows" style={{ height: virtualizer.getTotalSize() }}>
          {visible.map(({ key, index, start }) => {
            const item = items[index]
            if (item === undefined) return null
            const onComing = (): void => setAllComing(!allComing)
            return (
              <Line
                key={key}
                item={item}
                index={index}
                top={start}
                height={height}
                onComing={onComing}
                more={runs.moreComing}
              />
            )
          })}
        </div>
        {status === 'failed' && (
          <div className="problem" role="alert">
            <p>The runs could not be loaded: {problem}</p>
            <button type="button" className="button" onClick={runs.retry}>
              Try again
            </button>
          </div>
        )}
        {isLoading && <p className="empty">Loading…</p>}
        {status === 'ready' && (
          <p className="list-end">
            <Ending runs={runs} empty="No runs match." />
          </p>
        )}
      </div>
    </div>
  )
}

function Line(props: {
  readonly item: Item
  readonly index: number
  readonly top: number
  readonly height: number
  readonly onComing: () => void
  /** Whether there are more runs to come than are held. */
  readonly more: boolean
}): ReactElement {
  const { item, top, height } = props
  const place = { transform: `translateY(${top}px)`, height }
  // Row 1 is that of the column names.
  const row = props.index + 2
  switch (item.type) {
    case 'run':
      return (
        <div
          role="row"
          aria-rowindex={row}
          className="row"
          data-run={item.row.run.run_id}
          data-state={item.row.run.state}
          style={place}
        >
          <RunCells run={item.row.run} />
        </div>
      )
    case 'coming':
      return (
        <div role="row" aria-rowindex={row} className="row wide" style={place}>
          <span role="cell">
            <button type="button" className="link-button" onClick={props.onComing}>
              {item.hidden > 0
                ? `Show ${props.more ? 'the next ' : ''}${item.hidden.toLocaleString('en')} ${props.more ? '' : 'more '}to come`
                : 'Show only the next ones'}
            </button>
          </span>
        </div>
      )
    case 'now':
      return (
        <div role="row" aria-rowindex={row} className="row wide now" style={place}>
          <NowLine />
        </div>
      )
  }
}
