import type { AnchorHTMLAttributes, MouseEvent, ReactElement } from 'react'
import { navigate } from './location.ts'

/** A link to a path of this page: a real one, so that it opens in a new tab as well. */
export function Link(props: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string }): ReactElement {
  const { children, ...rest } = props
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(props.href)
  }
  return (
    <a {...rest} onClick={follow}>
      {children}
    </a>
  )
}
