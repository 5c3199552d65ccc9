import type { ErrorCode } from '../core/errors.ts'
import type { CommandContext } from './context.ts'

/** One option as commander writes it: flags, what it does, and a default shown in the help. */
export interface OptionSpec {
  flags: string
  does: string
  default?: string
  choices?: string[]
  /** May be given several times; the command gets an array. */
  many?: boolean
}

/** An argument as commander writes it, `[registry]` or `<snapshot>`, and what it is. */
export interface ArgumentSpec {
  spelled: string
  does: string
}

export interface ExampleSpec {
  line: string
  does: string
}

/** A command: words for the help, and one function that calls an engine and renders. */
export interface CommandSpec {
  /** One word, or two: `lifecycle lint`. */
  name: string
  summary: string
  argument?: ArgumentSpec
  /** What follows the first argument. */
  more?: readonly ArgumentSpec[]
  options: OptionSpec[]
  /** What `--format` takes beside table and json. */
  formats?: readonly string[]
  /** At least one; each is run by a test. */
  examples: ExampleSpec[]
  /** Codes beside 0, 1, 2 and 130 that this command can end with, and when. */
  exits?: Record<number, string>
  /** Answers the exit code; throws HoldfastErrors. `more` is as long as in the spec. */
  run(
    context: CommandContext,
    options: CommandOptions,
    argument: string | undefined,
    more: readonly (string | undefined)[],
  ): Promise<number>
}

/** All of them, in order. */
export function argumentsOf({ argument, more = [] }: Pick<CommandSpec, 'argument' | 'more'>): ArgumentSpec[] {
  return argument ? [argument, ...more] : []
}

export type CommandOptions = Record<string, unknown>

/** Typed reading of what commander parsed. */
export const option = {
  text: (options: CommandOptions, name: string): string | undefined => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  },
  flag: (options: CommandOptions, name: string): boolean => options[name] === true,
  list: (options: CommandOptions, name: string): string[] | undefined => {
    const value = options[name]
    return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
  },
} as const

/** What the JSON document of a failed command holds. */
export interface ErrorDocument {
  schema: 'holdfast.error/1'
  error: { code: ErrorCode; what: string; why?: string; next: string }
  exitCode: number
  warnings?: string[]
}
