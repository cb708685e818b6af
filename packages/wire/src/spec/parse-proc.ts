import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import { EXISTING, type OurMember, OURS } from './members.ts'
import { parseCgroup } from './parse-cgroup.ts'
import { parseEnv } from './parse-env.ts'
import { parseFds } from './parse-fds.ts'
import { parseLimits } from './parse-limits.ts'
import { parseMask } from './parse-mask.ts'
import { parseDeathSignal, parseSignals, parseStop, parseTimeout } from './parse-signals.ts'
import { parseSystemdProperties } from './parse-systemd.ts'
import { parseAccount, parseGroups } from './parse-users.ts'
import type { ProcSpec } from './spec.ts'

type Ours = { [K in OurMember]: NonNullable<ProcSpec[K]> }
type Reader<T> = (check: Check, value: unknown, path: Path) => T

const flag: Reader<boolean> = (check, value, path) => check.flag(value, path)

// For values that are neither absent nor null.
const READERS: { readonly [K in OurMember]: Reader<Ours[K]> } = {
  cwd: (check, value, path) => check.text(value, path),
  umask: (check, value, path) => check.integer(value, path, 0, 0o777),
  orphans: (check, value, path) => check.word(value, path, ['keep', 'kill', 'wait']) ?? 'keep',
  user: parseAccount,
  group: parseAccount,
  groups: parseGroups,
  limits: parseLimits,
  nice: (check, value, path) => check.integer(value, path, -20, 19),
  pdeath_signal: parseDeathSignal,
  signals: parseSignals,
  search_path: flag,
  close_fds: flag,
  timeout: parseTimeout,
  stop: parseStop,
  cgroup: parseCgroup,
  perf: flag,
  mask: parseMask,
  result_env: flag,
  fd_names: (check, value, path) => check.word(value, path, ['name', 'number']) ?? 'name',
}

/** Reads a proc spec (spec/procstar.md 2.1, and ours). What was not given stays absent; `resolveSpec` fills it in. */
export function readProcSpec(check: Check, value: unknown, path: Path): ProcSpec {
  const given = check.fields(value, path, [...EXISTING, ...OURS])
  const { exe, argv, env, fds, systemd_properties: systemd } = given
  check.optionalText(given['id'], at(path, 'id'))
  return {
    argv: argv === undefined ? [] : check.texts(argv, at(path, 'argv')),
    ...(exe === undefined ? {} : { exe: check.optionalText(exe, at(path, 'exe')) }),
    ...(env === undefined ? {} : { env: parseEnv(check, env, at(path, 'env')) }),
    ...(fds === undefined ? {} : { fds: parseFds(check, fds, at(path, 'fds')) }),
    ...(systemd === undefined
      ? {}
      : { systemd_properties: parseSystemdProperties(check, systemd, at(path, 'systemd_properties')) }),
    ...readOurs(check, given, path),
  }
}

function readOurs(check: Check, given: Fields, path: Path): Partial<Ours> {
  const read: Partial<Ours> = {}
  for (const key of OURS) readMember(check, given[key], at(path, key), read, key)
  return read
}

// One key for what is read and where it goes.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function readMember<K extends OurMember>(check: Check, value: unknown, path: Path, into: Partial<Ours>, key: K): void {
  if (value !== undefined && value !== null) into[key] = READERS[key](check, value, path)
}
