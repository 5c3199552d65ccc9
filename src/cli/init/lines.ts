import { plainText } from '../../report/text.ts'
import { wrap } from '../../report/wrap.ts'

/** Plain where YAML reads it as that text and nothing else, quoted as JSON (which is YAML) where not. */
function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const isPlain = /^[A-Za-z./][\w./-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
  return isPlain ? value : JSON.stringify(value)
}

export type Value = string | number | readonly Value[] | { readonly [key: string]: Value }

function flow(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return scalar(value)
  if (isList(value)) return `[${value.map(flow).join(', ')}]`
  const members = Object.entries(value).map(([key, member]) => `${scalar(key)}: ${flow(member)}`)
  return `{${members.join(', ')}}`
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** A key, and its explanation above it. */
export interface Line {
  key: string
  value: Value
  why?: string
  /** Stands in a comment: for people to decide. */
  suggested?: boolean
}

/** Why, then the key; the whole section is a comment when nothing in it is set. */
export function section(key: string, why: string, lines: readonly Line[]): string {
  const isSet = lines.some(({ suggested }) => !suggested)
  const head = [...comment(why), `${isSet ? '' : '# '}${key}:`]
  return [...head, ...lines.flatMap((line) => lineWithWhy(line, '  '))].join('\n')
}

export function topLine(line: Line): string {
  return lineWithWhy(line, '').join('\n')
}

function lineWithWhy(line: Line, indent: string): string[] {
  return [...(line.why === undefined ? [] : comment(line.why, indent)), ...keyLines(line, indent)]
}

function keyLines({ key, value, suggested }: Line, indent: string): string[] {
  const start = `${indent}${suggested ? '# ' : ''}`
  const whole = `${start}${key}: ${flow(value)}`
  if (whole.length <= 100 || !isList(value)) return [whole]
  return [`${start}${key}:`, ...value.map((one) => `${start}  - ${flow(one)}`)]
}

export function comment(text: string, indent = ''): string[] {
  return wrap(plainText(text), 98 - indent.length).map((line) => `${indent}# ${line}`)
}

/** For people to decide. */
export function suggested(key: string, value: Line['value'], why: string): Line {
  return { key, value, why, suggested: true }
}

export function suggestion(
  key: string,
  has: readonly string[],
  example: readonly string[],
): Omit<Line, 'why'> {
  return { key, value: has.length > 0 ? has : example, suggested: true }
}
