import type { ReactElement } from 'react'

/** Code, strong and emphasis of Markdown. */
const MARK = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*/g

/** Text as people write it in a description: the marks of Markdown within a line; everything else stands as it is. */
export function Prose({ text }: { readonly text: string }): ReactElement {
  const parts: (ReactElement | string)[] = []
  let end = 0
  for (const match of text.matchAll(MARK)) {
    const [whole, code, strong, emphasis] = match
    parts.push(text.slice(end, match.index))
    end = match.index + whole.length
    if (code !== undefined) parts.push(<code key={end}>{code}</code>)
    else if (strong !== undefined) parts.push(<strong key={end}>{strong}</strong>)
    else parts.push(<em key={end}>{emphasis}</em>)
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}
