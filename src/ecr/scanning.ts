import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  GetRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { unlessMissing } from './ask.ts'
import { type AskPage, type OpenSince, readOpenSince } from './open-since.ts'

export interface RegistryScanningRules {
  scanType: 'BASIC' | 'ENHANCED'
  rules: { frequency: string; filters: string[] }[]
}

/** What the registry's rules come to for one repository. */
export type RepositoryScanning =
  | { repository: string; frequency: string; filters: string[] }
  | { repository: string; code: string; reason: string }

/** A scan in numbers; `NONE` when the image was never scanned. */
export interface ScanSummary extends OpenSince {
  status: string
  completedAt?: string
  severities: Record<string, number>
}

const namesPerCall = 25

export function scanningCalls(ask: Ask) {
  return {
    async getRegistryScanningConfiguration(signal?: AbortSignal): Promise<RegistryScanningRules> {
      const answer = await ask({ operation: 'GetRegistryScanningConfiguration', signal }, (ecr, options) =>
        ecr.send(new GetRegistryScanningConfigurationCommand({}), options),
      )
      const found = answer.scanningConfiguration
      return {
        scanType: found?.scanType ?? 'BASIC',
        rules: (found?.rules ?? []).map((rule) => ({
          frequency: rule.scanFrequency ?? '',
          filters: (rule.repositoryFilters ?? []).map((filter) => filter.filter ?? ''),
        })),
      }
    },

    /** Each name is answered once; 25 names a call, which is the API's limit. */
    async *batchGetRepositoryScanningConfiguration(
      repositories: readonly string[],
      signal?: AbortSignal,
    ): AsyncIterable<RepositoryScanning> {
      for (let at = 0; at < repositories.length; at += namesPerCall) {
        const names = repositories.slice(at, at + namesPerCall)
        yield* await scanningOf(ask, names, signal)
      }
    },

    async describeImageScanFindings(
      repository: string,
      digest: string,
      signal?: AbortSignal,
    ): Promise<ScanSummary> {
      const image = { repositoryName: repository, imageId: { imageDigest: digest } }
      const question = {
        operation: 'DescribeImageScanFindings',
        resource: `${repository}@${digest}`,
        signal,
      }
      const page: AskPage = (part) =>
        ask(question, (ecr, options) =>
          ecr.send(new DescribeImageScanFindingsCommand({ ...image, ...part }), options),
        )
      const answer = await unlessMissing(page({ maxResults: 1 }), 'ScanNotFoundException')
      if (!answer) return { status: 'NONE', severities: {} }
      const findings = answer.imageScanFindings
      return {
        status: answer.imageScanStatus?.status ?? 'NONE',
        ...(findings?.imageScanCompletedAt && { completedAt: findings.imageScanCompletedAt.toISOString() }),
        severities: { ...findings?.findingSeverityCounts },
        ...(await readOpenSince(answer, page)),
      }
    },
  }
}

async function scanningOf(
  ask: Ask,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RepositoryScanning[]> {
  const question = { operation: 'BatchGetRepositoryScanningConfiguration', signal }
  const answer = await ask(question, (ecr, options) =>
    ecr.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [...names] }), options),
  )
  const found = new Map((answer.scanningConfigurations ?? []).map((one) => [one.repositoryName, one]))
  const failed = new Map((answer.failures ?? []).map((one) => [one.repositoryName, one]))
  return names.map((repository) => {
    const one = found.get(repository)
    if (one) {
      const filters = (one.appliedScanFilters ?? []).map((filter) => filter.filter ?? '')
      return { repository, frequency: one.scanFrequency ?? 'MANUAL', filters }
    }
    const failure = failed.get(repository)
    const reason = failure?.failureReason ?? 'The answer does not mention the repository.'
    return { repository, code: failure?.failureCode ?? 'NotAnswered', reason }
  })
}
