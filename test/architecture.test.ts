import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** An import may only point to a folder of the same row (when it is the same folder) or of a row below. */
const rows = [
  ['cli', 'console', 'deploy'],
  ['report', 'remediate', 'backup', 'restore', 'audit'],
  ['controls', 'frameworks', 'access', 'events', 'lifecycle', 'inventory', 'vault'],
  ['ecr', 'oci', 'store', 'aws'],
  ['core'],
]
const onlyImporters: Record<string, string | string[]> = {
  // A plan holds requests as data: its one door sends them by name.
  '@aws-sdk/client-ecr': ['ecr', 'remediate'],
  // The inventory reads how the buckets of trails are protected.
  '@aws-sdk/client-s3': ['store', 'inventory', 'remediate'],
  '@aws-sdk/client-sts': 'aws',
  '@aws-sdk/client-kms': ['inventory', 'remediate'],
  '@aws-sdk/client-ecr-public': 'inventory',
  '@aws-sdk/client-iam': ['inventory', 'remediate'],
  '@aws-sdk/client-cloudtrail': ['inventory', 'remediate'],
  '@aws-sdk/client-cloudwatch': ['inventory', 'remediate'],
  '@aws-sdk/client-cloudwatch-logs': ['inventory', 'remediate'],
  '@aws-sdk/client-eventbridge': ['inventory', 'remediate'],
  '@aws-sdk/client-scheduler': 'inventory',
  '@aws-sdk/client-sns': ['inventory', 'remediate'],
  '@aws-sdk/client-ec2': ['inventory', 'remediate'],
  '@aws-sdk/client-ecs': 'inventory',
  '@aws-sdk/client-lambda': ['inventory', 'remediate'],
  '@aws-sdk/client-apprunner': 'inventory',
  '@aws-sdk/client-batch': 'inventory',
  '@aws-sdk/client-sagemaker': 'inventory',
  '@aws-sdk/client-organizations': 'inventory',
}
const source = join(import.meta.dirname, '../src')

const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(source, name))
const shipped = sources.filter((file) => !/\.(test|fixture)\.ts$|conformance\.ts$/.test(file))

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const pattern = /(import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|import\s+'([^']+)'/g
  return [...text.matchAll(pattern)].map((match) => {
    const to = match[3] ?? match[4] ?? match[5] ?? ''
    return { from: file, to, typeOnly: match[2] !== undefined }
  })
}

function folderOf(file: string): string {
  return relative(source, file).split('/')[0] ?? ''
}

function rowOf(folder: string): number {
  return rows.findIndex((row) => row.includes(folder))
}

const local = shipped.flatMap(importsOf).filter((found) => found.to.startsWith('.'))
const arrows = local.map((found) => ({
  ...found,
  fromFolder: folderOf(found.from),
  toFolder: folderOf(resolve(dirname(found.from), found.to)),
}))

function wrong(test: (arrow: (typeof arrows)[number]) => boolean): string[] {
  return arrows.filter(test).map((arrow) => `${relative(source, arrow.from)} -> ${arrow.to}`)
}

test('arrows between folders only go down', () => {
  const crossing = (arrow: (typeof arrows)[number]) =>
    arrow.fromFolder !== arrow.toFolder && rowOf(arrow.fromFolder) >= 0 && rowOf(arrow.toFolder) >= 0
  // Siblings may use each other's types (a backup source names vault types, a report names findings).
  expect(wrong((arrow) => crossing(arrow) && rowOf(arrow.toFolder) < rowOf(arrow.fromFolder))).toEqual([])
})

test('the sandbox shares only core with the code it tests', () => {
  expect(
    wrong((arrow) => arrow.fromFolder === 'sandbox' && !['sandbox', 'core'].includes(arrow.toFolder)),
  ).toEqual([])
  expect(
    wrong(
      (arrow) => arrow.toFolder === 'sandbox' && !['sandbox', 'cli', 'index.ts'].includes(arrow.fromFolder),
    ),
  ).toEqual([])
})

test('controls, access, events and lifecycle are pure: no client, no store', () => {
  const pure = ['controls', 'access', 'events', 'lifecycle']
  expect(
    wrong(
      (arrow) =>
        pure.includes(arrow.fromFolder) && !arrow.typeOnly && ![...pure, 'core'].includes(arrow.toFolder),
    ),
  ).toEqual([])
})

test.each(Object.entries(onlyImporters))('%s is imported by %s only', (name, folders) => {
  const importers = shipped
    .flatMap(importsOf)
    .filter((found) => found.to === name && !folders.includes(folderOf(found.from)))
  expect(importers.map((found) => relative(source, found.from))).toEqual([])
})

test.each([
  ['shipped', 350, shipped],
  ['test', 400, sources.filter((file) => !shipped.includes(file))],
] as const)('no %s file is longer than %i lines', (_kind, most, files) => {
  const long = files
    .map((file) => [relative(source, file), readFileSync(file, 'utf8').split('\n').length - 1] as const)
    .filter(([, lines]) => lines > most)
  expect(long).toEqual([])
})

test('half of the shipped files fit on two screens', () => {
  const lengths = shipped.map((file) => readFileSync(file, 'utf8').split('\n').length).sort((a, b) => a - b)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120)
})
