import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as apprunner from '@aws-sdk/client-apprunner'
import * as batch from '@aws-sdk/client-batch'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ecrPublic from '@aws-sdk/client-ecr-public'
import * as ecs from '@aws-sdk/client-ecs'
import * as events from '@aws-sdk/client-eventbridge'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as organizations from '@aws-sdk/client-organizations'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as scheduler from '@aws-sdk/client-scheduler'

/**
 * Holds answers and errors of the neighbours against the SDK's own schemas. A schema is a tuple: kind (0 simple,
 * 1 list, 2 map, 3 structure, 4 union, 9 operation), namespace, name, traits, then names and types of members, and
 * how many of the first ones are required. Types are numbers (0 text, 1 number, 2 flag, 4 to 7 timestamps, 15
 * document, 21 bytes; +64 list of, +128 map of), functions that answer another schema, or a pair with traits.
 */
type Schema = readonly unknown[]
type Sdk = Record<string, Schema>

const clients: Record<string, { sdk: unknown; folder: string }> = {
  apprunner: { sdk: apprunner, folder: 'apprunner' },
  batch: { sdk: batch, folder: 'batch' },
  cloudtrail: { sdk: cloudtrail, folder: 'cloudtrail' },
  cloudwatch: { sdk: cloudwatch, folder: 'cloudwatch' },
  'ecr-public': { sdk: ecrPublic, folder: 'ecr-public' },
  ecs: { sdk: ecs, folder: 'ecs' },
  events: { sdk: events, folder: 'eventbridge' },
  kms: { sdk: kms, folder: 'kms' },
  lambda: { sdk: lambda, folder: 'lambda' },
  logs: { sdk: logs, folder: 'cloudwatch-logs' },
  organizations: { sdk: organizations, folder: 'organizations' },
  sagemaker: { sdk: sagemaker, folder: 'sagemaker' },
  scheduler: { sdk: scheduler, folder: 'scheduler' },
}

const sdkOf = (service: string) => clients[service]?.sdk as Sdk

/** Complaints about an answer; none when it is what the SDK expects. */
export function complaintsAbout(service: string, operation: string, answer: unknown): string[] {
  const schema = sdkOf(service)[`${operation}$`]
  if (!schema) return [`${operation} is not an operation of ${service}`]
  return check(schema[5], answer, operation)
}

/** Operations of the SDK; of REST services with method and path. */
export function operationsOfSdk(service: string): { name: string; http?: [string, string] }[] {
  return Object.values(sdkOf(service))
    .filter((schema) => Array.isArray(schema) && schema[0] === 9)
    .map((schema) => {
      const [method, path] = (schema[3] as { http?: string[] }).http ?? []
      return { name: String(schema[2]), ...(method && path && { http: [method, path] as [string, string] }) }
    })
}

/** Names of the errors that the SDK documents for an operation. */
export function errorsOf(service: string, operation: string): string[] {
  const file = `@aws-sdk/client-${clients[service]?.folder}/package.json`
  const folder = dirname(createRequire(import.meta.url).resolve(file))
  const text = readFileSync(join(folder, 'dist-types/commands', `${operation}Command.d.ts`), 'utf8')
  return [...text.matchAll(/@throws \{@link (\w+)\}/g)].map((match) => match[1] ?? '')
}

function check(type: unknown, value: unknown, path: string): string[] {
  if (typeof type === 'function') return check(type(), value, path)
  if (typeof type === 'number') return checkSimple(type, value, path)
  // An operation that answers nothing.
  if (type === 'unit') return Object.keys(value as object).map((name) => `${path}.${name} is not a member`)
  const schema = type as Schema
  const [kind, , , , names, types, required] = schema
  // A pair of a type and its traits.
  if (typeof kind !== 'number' || schema.length === 2) return check(kind, value, path)
  if (kind === 0) return check(names, value, path)
  if (kind === 1) return checkList(names, value, path)
  if (kind === 2) return checkMap(types, value, path)
  return checkStructure(names as string[], { types: types as unknown[], required }, { value, path })
}

function checkSimple(type: number, value: unknown, path: string): string[] {
  if (type >= 128) return checkMap(type - 128, value, path)
  if (type >= 64) return checkList(type - 64, value, path)
  if (type === 15) return []
  const wanted = type === 0 || type === 21 ? 'string' : type === 2 ? 'boolean' : 'number'
  // Seconds and not milliseconds: a time beyond the year 2100 is a mistake.
  if (type >= 4 && type <= 7 && (value as number) > 4_102_444_800) {
    return [`${path}: ${String(value)} is not in seconds`]
  }
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path} is not a structure`]
  }
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
