import { useEffect, useEffectEvent, useState } from 'react'

/** Milliseconds after the last key before what was typed applies. */
const PAUSE = 250

/** The text of a field that applies a moment after the last key. `applied`: what holds now; where something else changes it, that is shown. */
export function useTyped(applied: string, apply: (typed: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState(applied)
  const [seen, setSeen] = useState(applied)
  if (seen !== applied) {
    // It was changed by what was typed here, or by something else, which then holds.
    setSeen(applied)
    if (text.trim() !== applied) setText(applied)
  }
  const take = useEffectEvent(apply)
  useEffect(() => {
    const timer = window.setTimeout(() => take(text.trim()), PAUSE)
    return () => window.clearTimeout(timer)
  }, [text])
  return [text, setText]
}
