import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as sdk from '@aws-sdk/client-ecr'

/**
 * Holds answers and errors against the SDK's own schemas. A schema is a tuple: kind (3 structure, 1 list, 2 map,
 * 9 operation), namespace, name, traits, then names and types of members. Types are numbers (0 text, 1 number,
 * 2 flag, 4 timestamp, 21 bytes; +64 list of, +128 map of) or functions that answer another schema.
 */
type Schema = readonly unknown[]

const schemas = sdk as unknown as Record<string, Schema>

/** Complaints about an answer; none when it is what the SDK expects. */
export function complaintsAbout(operation: string, answer: unknown): string[] {
  const schema = schemas[`${operation}$`]
  if (!schema) return [`${operation} is not an operation of the SDK`]
  return check(schema[5], answer, operation)
}

/** Names of the errors that the SDK documents for an operation. */
export function errorsOf(operation: string): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-ecr/package.json'))
  const text = readFileSync(join(folder, 'dist-types/commands', `${operation}Command.d.ts`), 'utf8')
  return [...text.matchAll(/@throws \{@link (\w+)\}/g)].map((match) => match[1] ?? '')
}

/** Operations of the SDK. */
export function operationsOfSdk(): string[] {
  return Object.values(schemas)
    .filter((schema) => Array.isArray(schema) && schema[0] === 9)
    .map((schema) => String(schema[2]))
}

/** Members that an error may have beside its message. */
export function errorMembers(name: string): string[] {
  return (schemas[`${name}$`]?.[4] as string[] | undefined) ?? []
}

function check(type: unknown, value: unknown, path: string): string[] {
  if (typeof type === 'function') return check(type(), value, path)
  if (typeof type === 'number') return checkSimple(type, value, path)
  const [kind, , , , names, types, required] = type as Schema
  if (kind === 1) return checkList(names, value, path)
  if (kind === 2) return checkMap(types, value, path)
  if (kind === 3)
    return checkStructure(names as string[], { types: types as unknown[], required }, { value, path })
  return check((type as Schema)[0], value, path)
}

function checkSimple(type: number, value: unknown, path: string): string[] {
  if (type >= 128) return checkMap(type - 128, value, path)
  if (type >= 64) return checkList(type - 64, value, path)
  const wanted = type === 0 || type === 21 ? 'string' : type === 2 ? 'boolean' : 'number'
  // Seconds and not milliseconds: a time beyond the year 2100 is a mistake.
  if (type === 4 && (value as number) > 4_102_444_800) return [`${path}: ${String(value)} is not in seconds`]
  return typeof value === wanted ? [] : [`${path}: ${JSON.stringify(value)} is not a ${wanted}`]
}

function checkList(type: unknown, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path} is not a list`]
  return value.flatMap((each: unknown, at) => check(type, each, `${path}[${at}]`))
}

function checkMap(type: unknown, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} is not a map`]
  return Object.entries(value).flatMap(([key, each]) => check(type, each, `${path}.${key}`))
}

function checkStructure(
  names: string[],
  { types, required }: { types: unknown[]; required: unknown },
  { value, path }: { value: unknown; path: string },
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path} is not a structure`]
  const given = value as Record<string, unknown>
  const extra = Object.keys(given).filter((name) => !names.includes(name))
  const missing = names.slice(0, Number(required ?? 0)).filter((name) => given[name] == null)
  return [
    ...extra.map((name) => `${path}.${name} is not a member`),
    ...missing.map((name) => `${path}.${name} is missing`),
    ...names.flatMap((name, at) =>
      name in given && !extra.includes(name) ? check(types[at], given[name], `${path}.${name}`) : [],
    ),
  ]
}
