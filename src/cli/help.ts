import { argumentsOf, type CommandSpec, type OptionSpec } from './command.ts'
import { exitWords } from './exit-words.ts'
import { globalOptions, ownFormatOption } from './global-options.ts'

const always = [0, 1, 2, 130]

/** The help of one command: what it does, examples, its options, exit codes. At most 100 columns. */
export function commandHelp(spec: CommandSpec): string {
  const expected = argumentsOf(spec)
  const usage = ['holdfast', spec.name, ...expected.map(({ spelled }) => spelled), '[options]'].join(' ')
  const sections = [
    `${wrap(spec.summary, 100).join('\n')}\n\n  ${usage}`,
    `Examples\n${rows(spec.examples.map((e) => [e.line, e.does]))}`,
  ]
  if (expected.length > 0)
    sections.push(
      `Argument${expected.length > 1 ? 's' : ''}\n${rows(expected.map(({ spelled, does }) => [spelled, does]))}`,
    )
  const options = [...spec.options, ...ownFormatOption(spec)]
  if (options.length > 0) sections.push(`Options\n${rows(options.map(optionRow))}`)
  sections.push(`Exit codes\n${rows(exitRows(spec))}`, 'Options of every command: holdfast help options')
  return `${sections.join('\n\n')}\n`
}

export function rootHelp(commands: readonly CommandSpec[]): string {
  return `Holdfast makes Amazon ECR registries safe and recoverable.

Start here
${rows([
  ['holdfast demo', 'the whole story in a simulated AWS, no account needed'],
  ['holdfast audit', 'what is wrong with your registry'],
  ['holdfast backup', 'every byte of it into ./holdfast-vault'],
])}

Commands
${rows(commands.map((spec) => [spec.name, spec.summary]))}

  holdfast help COMMAND      examples and options of a command
  holdfast help options      options of every command
  holdfast help exit-codes   what the exit codes mean
`
}

/** What begins with one word: `holdfast lifecycle`. */
export function groupHelp(word: string, commands: readonly CommandSpec[]): string {
  const list = rows(commands.map((spec) => [spec.name, spec.summary]))
  return `Commands\n${list}\n\n  holdfast help ${word} COMMAND   examples and options\n`
}

export function optionsHelp(): string {
  return `Options of every command\n${rows(globalOptions.map(optionRow))}\n`
}

export function exitCodesHelp(): string {
  return `Exit codes\n${rows(Object.entries(exitWords).map(([code, words]) => [code, words]))}\n`
}

function optionRow(spec: OptionSpec): [string, string] {
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : ''
  const standard = spec.default ? ` [${spec.default}]` : ''
  return [spec.flags, `${spec.does}${choices}${standard}`]
}

/** What every command can end with is one row; what this one means by a code has its own. */
function exitRows(spec: CommandSpec): [string, string][] {
  const common = always.map((code) => `${code} ${exitWords[code]}`).join(' · ')
  const own = Object.entries(spec.exits ?? {}).filter(([code]) => !always.includes(Number(code)))
  const failed = spec.exits?.[1]
  return [...own, ...(failed ? [['1', failed] as [string, string]] : []), ['', common]]
}

/** Two columns; a left side that is too long gets a line of its own. */
function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.min(52, Math.max(...pairs.map(([left]) => left.length)))
  return pairs.flatMap(([left, right]) => row(left, right, width)).join('\n')
}

function row(left: string, right: string, width: number): string[] {
  const indent = ' '.repeat(width + 4)
  const [first = '', ...more] = wrap(right, 100 - indent.length)
  const head =
    left.length > width ? [`  ${left}`, `${indent}${first}`] : [`  ${left.padEnd(width)}  ${first}`]
  return [...head, ...more.map((line) => `${indent}${line}`)]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
