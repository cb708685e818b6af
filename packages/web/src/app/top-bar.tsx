import type { ReactElement } from 'react'
import { useLink } from '../live/context.ts'
import { Link } from '../router/link.tsx'
import type { Page } from '../router/paths.ts'
import { chooseZone, useZone, ZONES, BROWSER_ZONE } from '../time/zone.ts'
import { Clock } from './clock.tsx'

const PAGES = [
  { name: 'Runs', href: '/runs', of: ['runs', 'run'] },
  { name: 'Jobs', href: '/jobs', of: ['jobs', 'job'] },
  { name: 'Agents', href: '/agents', of: ['agents'] },
  { name: 'Health', href: '/health', of: ['health'] },
]

/** The bar at the top of every page. */
export function TopBar({ page }: { readonly page: Page }): ReactElement {
  const zone = useZone()
  return (
    <header className="top-bar">
      <Link href="/runs" className="brand">
        Apsis
      </Link>
      <nav aria-label="Pages">
        {PAGES.map(({ name, href, of }) => (
          <Link key={name} href={href} aria-current={of.includes(page.name) ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <span className="spacer" />
      <Clock />
      <select
        className="input zone"
        aria-label="Time zone"
        value={zone}
        onChange={(event) => chooseZone(event.target.value)}
      >
        {ZONES.map((one) => (
          <option key={one} value={one}>
            {one === BROWSER_ZONE && one !== 'UTC' ? `${one} (browser)` : one}
          </option>
        ))}
      </select>
      <ConnectionSign />
    </header>
  )
}

const WORDS = { live: 'Live', lost: 'Reconnecting', connecting: 'Connecting' }

function ConnectionSign(): ReactElement {
  const link = useLink()
  return (
    <span className="connection" role="status" aria-label="Connection" data-link={link}>
      <span className="dot" aria-hidden="true" />
      <span className="connection-word">{WORDS[link]}</span>
    </span>
  )
}

/** Says over the whole page that it is not live. */
export function LostBanner(): ReactElement | null {
  const link = useLink()
  if (link !== 'lost') return null
  return (
    <div className="banner" role="alert">
      The connection to the server was lost. Reconnecting… What is shown may be out of date.
    </div>
  )
}
