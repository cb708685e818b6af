import type { Instant } from '@apsis/core/time'
import type { Command } from 'commander'
import { UsageError } from '../command/index.ts'
import { type Facing, localTime, parseWhen, type Terminal } from '../terminal/index.ts'

/** What a TIME that commands take as an argument is called where it cannot be read. */
export const TIME = 'TIME'

/** Reads a time of an option or argument, of which `name` is the name; null is `now`. */
export function whenOf(
  name: string,
  text: string,
  terminal: Pick<Terminal, 'now' | 'zone'>,
  facing: Facing = 'ahead',
): Instant | null {
  const when = parseWhen(text, terminal.now(), terminal.zone, facing)
  if (!when.ok) throw new UsageError(`${name}: ${when.message}`)
  return when.value
}

/** As `whenOf`, with the time of now for `now`. */
export function timeOf(
  name: string,
  text: string,
  terminal: Pick<Terminal, 'now' | 'zone'>,
  facing: Facing = 'ahead',
): Instant {
  return whenOf(name, text, terminal, facing) ?? terminal.now()
}

/** Says, before anything is done, that a run would be due at once since the time given for it has passed; `now` says so itself. */
export function tellPast(text: string, when: Instant | null, terminal: Pick<Terminal, 'now' | 'zone' | 'err'>): void {
  if (when === null || when >= terminal.now()) return
  terminal.err(`${text} is ${localTime(when, terminal.zone)}, which has passed: due at once\n`)
}

/** Lets the first argument of a command be a time ago, such as `-5min`, which else were taken for an option. */
export function withTimeFirst(command: Command): Command {
  const parse = command.parseOptions.bind(command)
  command.parseOptions = (args) => {
    const at = firstArgument(command, args)
    const time = args[at]
    if (time === undefined || !/^-\d/.test(time)) return parse(args)
    const { operands, unknown } = parse(args.with(at, MARK + time))
    return { operands: operands.map((one) => (one === MARK + time ? time : one)), unknown }
  }
  return command
}

// No argument of a process has it.
const MARK = '\0'

/** Where the first argument stands that is no option, and no value of one. */
function firstArgument(command: Command, args: readonly string[]): number {
  let takesValue = false
  return args.findIndex((arg) => {
    if (takesValue) {
      takesValue = false
      return false
    }
    const option = command.options.find(({ long, short }) => arg === long || arg === short)
    takesValue = option?.required === true
    return !arg.startsWith('-') || /^-\d/.test(arg)
  })
}
