import { at, type Check, type Path } from '../parse/index.ts'
import { parseEnv } from './parse-env.ts'
import { parseFds } from './parse-fds.ts'
import { parseSystemdProperties } from './parse-systemd.ts'
import type { ProcSpec } from './spec.ts'

// The existing keys are first, in the order in which existing peers read a positional array.
const KEYS = ['id', 'exe', 'argv', 'env', 'fds', 'systemd_properties', 'cwd', 'umask', 'orphans']

/** Reads a proc spec (spec/procstar.md 2.1, and ours). What was not given stays absent; `resolveSpec` fills it in. */
export function readProcSpec(check: Check, value: unknown, path: Path): ProcSpec {
  const given = check.fields(value, path, KEYS)
  const { exe, argv, env, fds, systemd_properties: systemd, cwd, umask, orphans } = given
  check.optionalText(given['id'], at(path, 'id'))
  return {
    argv: argv === undefined ? [] : check.texts(argv, at(path, 'argv')),
    ...(exe === undefined ? {} : { exe: check.optionalText(exe, at(path, 'exe')) }),
    ...(env === undefined ? {} : { env: parseEnv(check, env, at(path, 'env')) }),
    ...(fds === undefined ? {} : { fds: parseFds(check, fds, at(path, 'fds')) }),
    ...(systemd === undefined
      ? {}
      : { systemd_properties: parseSystemdProperties(check, systemd, at(path, 'systemd_properties')) }),
    ...(cwd === undefined ? {} : { cwd: check.optionalText(cwd, at(path, 'cwd')) }),
    ...(umask === undefined
      ? {}
      : { umask: umask === null ? null : check.integer(umask, at(path, 'umask'), 0, 0o777) }),
    ...(orphans === undefined ? {} : { orphans: check.word(orphans, at(path, 'orphans'), ['keep', 'kill']) ?? 'keep' }),
  }
}
