import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { Item } from './items.ts'

/** Keeps the row at the top of a scrolled list where it is when rows come and go above it. At the very top, new rows show. */
export function useSteadyScroll(element: RefObject<HTMLElement | null>, items: readonly Item[], height: number): void {
  const before = useRef<readonly Item[]>(items)
  useLayoutEffect(() => {
    const old = before.current
    before.current = items
    const list = element.current
    if (list === null || old === items || list.scrollTop < height) return
    const places = new Map(items.map(({ key }, index) => [key, index]))
    // The first row in sight that is still there holds the place.
    for (let index = Math.floor(list.scrollTop / height); index < old.length; index++) {
      const place = places.get(old[index]?.key ?? '')
      if (place === undefined) continue
      if (place !== index) list.scrollBy(0, (place - index) * height)
      return
    }
  }, [element, items, height])
}
