import type { Registry, ScanningRule } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import {
  asMembers,
  needList,
  needMembers,
  needText,
  needTexts,
  readFlag,
  readList,
  readText,
} from '../input/read.ts'
import { asRepositoryName, namesOf, needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { effectiveScanning } from '../scanning-filters.ts'

const frequencies = {
  BASIC: ['SCAN_ON_PUSH'],
  ENHANCED: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN'],
} as const

/** Replaces the whole configuration (ecr-facts 2.6). */
export const putRegistryScanningConfiguration: EcrOperation = ({ registry, input }) => {
  const asked = readText(input, 'scanType', { oneOf: ['BASIC', 'ENHANCED'] }) ?? 'BASIC'
  const scanType = asked as Registry['scanning']['scanType']
  const rules = (readList(input, 'rules', { max: 2 }) ?? []).map(readRule)
  for (const { scanFrequency } of rules)
    if (!(frequencies[scanType] as readonly string[]).includes(scanFrequency))
      throw invalidParameter('rules', `${scanFrequency} cannot be used with the scan type ${scanType}`)
  if (new Set(rules.map((rule) => rule.scanFrequency)).size < rules.length)
    throw invalidParameter('rules', 'Only one rule may be given for each scan frequency')
  registry.scanning = { scanType, rules }
  return { registryScanningConfiguration: registry.scanning }
}

export const getRegistryScanningConfiguration: EcrOperation = ({ registry }) => ({
  registryId: registry.account,
  scanningConfiguration: registry.scanning,
})

/** The deprecated flag of one repository. */
export const putImageScanningConfiguration: EcrOperation = (call) => {
  const repository = needRepository(call)
  const scanning = needMembers(call.input, 'imageScanningConfiguration')
  repository.scanOnPush = readFlag(scanning, 'scanOnPush') ?? false
  return {
    ...namesOf(call.registry, repository),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  }
}

/** What scanning really does to each repository: rules of the registry resolved. */
export const batchGetRepositoryScanningConfiguration: EcrOperation = ({ registry, input }) => {
  const names = needTexts(input, 'repositoryNames', { items: { min: 1, max: 25 } })
  for (const name of names) asRepositoryName(name, 'repositoryNames')
  const isKnown = (name: string) => Object.hasOwn(registry.repositories, name)
  return {
    scanningConfigurations: names.flatMap((name) => {
      const repository = isKnown(name) ? registry.repositories[name] : undefined
      if (!repository) return []
      return [
        { repositoryArn: repository.arn, repositoryName: name, ...effectiveScanning(registry, repository) },
      ]
    }),
    failures: names
      .filter((name) => !isKnown(name))
      .map((repositoryName) => ({
        repositoryName,
        failureCode: 'REPOSITORY_NOT_FOUND',
        failureReason: `The repository with name '${repositoryName}' does not exist in the registry`,
      })),
  }
}

function readRule(value: unknown): ScanningRule {
  const rule = asMembers(value, 'rules')
  const scanFrequency = needText(rule, 'scanFrequency', {
    oneOf: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL'],
  })
  const repositoryFilters = needList(rule, 'repositoryFilters', { max: 100 }).map((each) => {
    const filter = asMembers(each, 'repositoryFilters')
    return {
      filter: needText(filter, 'filter', {
        min: 1,
        max: 255,
        pattern: /^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$/,
      }),
      filterType: needText(filter, 'filterType', { oneOf: ['WILDCARD'] }),
    }
  })
  return { scanFrequency, repositoryFilters }
}
