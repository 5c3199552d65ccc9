import { invalidParameter, wrongType } from '../errors.ts'

export type Members = Record<string, unknown>

export interface TextRule {
  min?: number
  max?: number
  pattern?: RegExp
  oneOf?: readonly string[]
}

/**
 * Readers of request members. A member that is null counts as absent, as in AWS; a wrong JSON type is a
 * SerializationException, a broken rule an InvalidParameterException. Members that nobody asks for are ignored.
 */
export function readText(input: Members, name: string, rule: TextRule = {}): string | undefined {
  const value = input[name]
  return value == null ? undefined : asText(value, name, rule)
}

export function needText(input: Members, name: string, rule: TextRule = {}): string {
  return needed(readText(input, name, rule), name)
}

export function readFlag(input: Members, name: string): boolean | undefined {
  const value = input[name]
  if (value == null) return undefined
  if (typeof value === 'boolean') return value
  throw wrongType(name, 'boolean')
}

export function readInteger(
  input: Members,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const value = input[name]
  if (value == null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'integer')
  if (value < min) throw invalidParameter(name, `Member must have value greater than or equal to ${min}`)
  if (value > max) throw invalidParameter(name, `Member must have value less than or equal to ${max}`)
  return value
}

export function needInteger(input: Members, name: string, range: { min: number; max: number }): number {
  return needed(readInteger(input, name, range), name)
}

export function readList(
  input: Members,
  name: string,
  { min = 0, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number } = {},
): unknown[] | undefined {
  const value = input[name]
  if (value == null) return undefined
  if (!Array.isArray(value)) throw wrongType(name, 'list')
  checkLength(value.length, name, { min, max })
  return value
}

export function needList(
  input: Members,
  name: string,
  range: { min?: number; max?: number } = {},
): unknown[] {
  return needed(readList(input, name, range), name)
}

export function readTexts(
  input: Members,
  name: string,
  rule: TextRule & { items?: { min?: number; max?: number } } = {},
): string[] | undefined {
  return readList(input, name, rule.items)?.map((value, at) =>
    asText(value, `${name}.${at + 1}.member`, rule),
  )
}

export function needTexts(
  input: Members,
  name: string,
  rule: TextRule & { items?: { min?: number; max?: number } } = {},
): string[] {
  return needed(readTexts(input, name, rule), name)
}

export function readMembers(input: Members, name: string): Members | undefined {
  const value = input[name]
  return value == null ? undefined : asMembers(value, name)
}

export function needMembers(input: Members, name: string): Members {
  return needed(readMembers(input, name), name)
}

export function asMembers(value: unknown, name: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrongType(name, 'object')
}

export function asText(value: unknown, name: string, rule: TextRule = {}): string {
  if (typeof value !== 'string') throw wrongType(name, 'string')
  const { pattern, oneOf } = rule
  checkLength(value.length, name, rule)
  if (oneOf && !oneOf.includes(value))
    throw invalidParameter(name, `Member must satisfy enum value set: [${oneOf.join(', ')}]`)
  if (pattern && !pattern.test(value))
    throw invalidParameter(name, `must satisfy regular expression '${pattern.source}'`)
  return value
}

function checkLength(length: number, name: string, rule: { min?: number; max?: number }): void {
  const { min = 0, max = Number.POSITIVE_INFINITY } = rule
  if (length < min) throw invalidParameter(name, `Member must have length greater than or equal to ${min}`)
  if (length > max) throw invalidParameter(name, `Member must have length less than or equal to ${max}`)
}

function needed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw invalidParameter(name, 'Member must not be null')
  return value
}
