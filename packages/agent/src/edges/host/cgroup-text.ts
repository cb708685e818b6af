/** A cgroup that a process is in: one a hierarchy. */
export interface OwnCgroup {
  /** 0 for v2. */
  readonly hierarchy: number
  /** Controllers of a v1 hierarchy (`name=…` for one without); empty for v2. */
  readonly controllers: readonly string[]
  /** As the process's cgroup namespace shows it: from the root of that, and beginning with `/..` where it is outside. */
  readonly path: string
}

/** A mounted hierarchy. */
export interface CgroupMount {
  readonly kind: 'v1' | 'v2'
  /** The folder of the hierarchy that is mounted, as seen from the cgroup namespace. */
  readonly root: string
  /** Where it is mounted. */
  readonly point: string
  /** What a v1 hierarchy was mounted with: its controllers among them. */
  readonly options: readonly string[]
  readonly readOnly: boolean
}

/** The lines of /proc/PID/cgroup (cgroups(7)); a line that is none is left out. */
export function parseOwnCgroups(text: string): readonly OwnCgroup[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (match === null) return []
    const [, hierarchy = '', controllers = '', path = ''] = match
    return [{ hierarchy: Number(hierarchy), controllers: controllers.split(',').filter((name) => name !== ''), path }]
  })
}

/** The cgroup mounts in /proc/PID/mountinfo (proc(5)), in its order. */
export function parseCgroupMounts(text: string): readonly CgroupMount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ')
    const [, , , root, point, flags = ''] = before.split(' ')
    const [type, , options = ''] = (after ?? '').split(' ')
    if (root === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return []
    const readOnly = flags.split(',').includes('ro') || options.split(',').includes('ro')
    const kind = type === 'cgroup2' ? 'v2' : 'v1'
    return [{ kind, root: unescaped(root), point: unescaped(point), options: options.split(','), readOnly }]
  })
}

// Space, tab, newline and backslash are written as three octal digits.
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** The folder in which a process's cgroup can be had under a mount, or null when the mount does not show it. */
export function folderOf(own: OwnCgroup, mount: CgroupMount): string | null {
  const fits =
    mount.kind === 'v2'
      ? own.hierarchy === 0
      : own.controllers.length > 0 && own.controllers.every((name) => mount.options.includes(name))
  if (!fits || own.path.split('/').includes('..')) return null
  const below = within(own.path, mount.root)
  return below === null ? null : `${mount.point}${below}`.replace(/(.)\/$/, '$1')
}

function within(path: string, root: string): string | null {
  if (root === '/') return path === '/' ? '' : path
  if (path === root) return ''
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null
}

/** The words of a file such as cgroup.controllers. */
export function parseWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
