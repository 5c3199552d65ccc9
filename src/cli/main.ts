import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { exit, HoldfastError } from '../core/errors.ts'
import { argumentsOf, type CommandOptions, type CommandSpec, type OptionSpec } from './command.ts'
import { commands } from './commands.ts'
import { loadConfig } from './config.ts'
import { type GlobalOptions, openContext } from './context.ts'
import { globalOptionsOf } from './global-options.ts'
import { commandHelp, exitCodesHelp, groupHelp, optionsHelp, rootHelp } from './help.ts'
import type { Io } from './io.ts'
import { nearest } from './nearest.ts'
import { endedInTime } from './patience.ts'
import { lastLine, reportError } from './report-error.ts'
import { version } from './version.ts'

/** Runs one command line and answers its exit code. Never throws, never ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const outcome = { code: exit.ok as number }
  const program = programOf(io, outcome)
  try {
    if (argv.length === 0) io.stdout(rootHelp(commands))
    else await program.parseAsync(argv, { from: 'user' })
    return outcome.code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.ok
    const json = wantsJson(argv)
    return reportError(asUsage(error, argv), io, { json, debug: argv.includes('--debug') })
  }
}

function programOf(io: Io, outcome: { code: number }): Command {
  const program = new Command('holdfast')
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: () => {} })
    .version(version(), '--version', 'version of Holdfast')
    .helpCommand(false)
  program.helpInformation = () => rootHelp(commands)
  for (const spec of commands) addCommand(program, spec, io, outcome)
  program
    .command('help')
    .argument('[topic...]')
    .action((topic: string[]) => io.stdout(helpOn(topic.length > 0 ? topic.join(' ') : undefined)))
  return program
}

function helpOn(topic: string | undefined): string {
  if (topic === undefined) return rootHelp(commands)
  if (topic === 'options') return optionsHelp()
  if (topic === 'exit-codes') return exitCodesHelp()
  const spec = commands.find(({ name }) => name === topic)
  if (spec) return commandHelp(spec)
  const group = groupOf(topic)
  if (group.length > 0) return groupHelp(topic, group)
  const next = 'holdfast help lists the commands; topics are options and exit-codes.'
  throw new HoldfastError('usage', { what: `No help on ${JSON.stringify(topic)}`, next })
}

/** Commands of two words that begin with this one. */
function groupOf(word: string): CommandSpec[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `))
}

/** The command for the first word of a command of two words: it only says which there are. */
function groupFor(program: Command, word: string, io: Io): Command {
  const known = program.commands.find((command) => command.name() === word)
  if (known) return known
  const group = program
    .command(word)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: () => {} })
  const help = () => groupHelp(word, groupOf(word))
  group.helpCommand(false).helpInformation = help
  return group.argument('[command]').action((verb?: string) => {
    if (verb === undefined) return io.stdout(help())
    const close = nearest(
      verb,
      groupOf(word).map(({ name }) => name.slice(word.length + 1)),
    )
    const hint = close ? `Did you mean ${word} ${close}? ` : ''
    const what = `unknown command '${word} ${verb}'`
    throw new HoldfastError('usage', { what, next: `${hint}See: holdfast help ${word}` })
  })
}

function addCommand(program: Command, spec: CommandSpec, io: Io, outcome: { code: number }): void {
  const [word = '', verb] = spec.name.split(' ')
  const parent = verb === undefined ? program : groupFor(program, word, io)
  const command = parent.command(verb ?? word).allowExcessArguments(false)
  command.exitOverride().configureOutput({ writeOut: io.stdout, writeErr: () => {} })
  command.helpInformation = () => commandHelp(spec)
  const expected = argumentsOf(spec)
  for (const { spelled, does } of expected) command.argument(spelled, does)
  for (const given of [...spec.options, ...globalOptionsOf(spec)]) {
    if (given.flags !== '--help') command.addOption(commanderOption(given))
  }
  command.action(async (...given: unknown[]) => {
    const words = given.slice(0, expected.length) as (string | undefined)[]
    outcome.code = await runCommand(spec, command.opts(), words, io)
  })
}

function commanderOption(spec: OptionSpec): Option {
  const made = new Option(spec.flags, spec.does)
  const { choices, many } = spec
  if (choices) made.choices(choices)
  // commander looks at the choices only where nothing else reads the value.
  if (many)
    made.argParser((value: string, previous: string[] | undefined) => {
      if (choices && !choices.includes(value))
        throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
      return [...(previous ?? []), value]
    })
  return made
}

async function runCommand(
  spec: CommandSpec,
  options: CommandOptions,
  [argument, ...more]: readonly (string | undefined)[],
  io: Io,
): Promise<number> {
  const { format = 'table', query } = options
  const json = format === 'json' || query !== undefined
  const global = { ...options, format: json ? 'json' : format } as GlobalOptions
  const debug = global.debug === true
  let warnings: string[] = []
  let answered = () => false
  try {
    if (query !== undefined && spec.formats?.includes(String(format))) throw queryOfJsonOnly(String(format))
    // Before the work, not after it: a backup takes longer than reading a query.
    if (global.query !== undefined) (await import('./query.ts')).checkQuery(global.query)
    const config = await loadConfig(io.cwd, global.config)
    const context = openContext(io, global, config)
    warnings = context.warnings
    answered = context.answered
    try {
      const code = await endedInTime(spec.run(context, options, argument, more), io.signal)
      if (code !== exit.ok) io.stderr(`${lastLine(code)}\n`)
      return code
    } finally {
      context.close()
    }
  } catch (error) {
    // One document is on stdout already: a second one would make both unreadable.
    return reportError(error, io, { json: json && !answered(), debug, warnings })
  }
}

function queryOfJsonOnly(format: string): HoldfastError {
  const next = 'Leave --format out, or leave --query out.'
  return new HoldfastError('usage', {
    what: `--query takes a part of the JSON document, not of ${format}`,
    next,
  })
}

/** Whether the JSON document is wanted, read from the raw line: parsing may be what failed. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === '--format=json' ||
      (word === '--format' && argv[index + 1] === 'json') ||
      /^--query(=|$)/.test(word),
  )
}

function asUsage(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error
  const [what = '', hint] = error.message.replace(/^error: /, '').split('\n')
  const command = commands.find(({ name }) => name === argv[0] || name === `${argv[0]} ${argv[1]}`)
  const help = `See: holdfast help${command ? ` ${command.name}` : ''}`
  const next = hint ? `${hint.replace(/^\(|\)$/g, '')} ${help}` : help
  return new HoldfastError('usage', { what, next, cause: error })
}
