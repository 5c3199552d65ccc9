import type { AwsContext, AwsService } from '../../aws/context.ts'
import { type HoldfastError, toHoldfastError } from '../../core/errors.ts'
import { ecrControl } from '../../ecr/control.ts'
import { headerOf, openAwsFor } from '../aws.ts'
import type { CommandOptions } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { openStoreFor, vaultName } from '../vault.ts'
import { type JobAnswer, probeJobs } from './probe.ts'

export type CheckStatus = 'ok' | 'note' | 'failed'

export interface Check {
  check: string
  status: CheckStatus
  says: string
  next?: string
}

export interface DoctorReport {
  schema: 'holdfast.doctor/1'
  ok: boolean
  checks: Check[]
  jobs: JobAnswer[]
}

/** Looks at everything that a job needs. A check that fails never stops the others that can still be made. */
export async function examine(context: CommandContext, options: CommandOptions): Promise<DoctorReport> {
  const checks: Check[] = [nodeCheck(process.versions.node)]
  let jobs: JobAnswer[] = []
  const aws = await attempt(checks, 'Region', () => openAwsFor(context))
  if (aws) {
    checks.push({ check: 'Region', status: 'ok', says: aws.region }, ...endpointChecks(aws))
    jobs = await awsChecks(aws, checks, context.run.signal)
    aws.close()
  }
  checks.push(await vaultCheck(context, options))
  return { schema: 'holdfast.doctor/1', ok: checks.every(({ status }) => status !== 'failed'), checks, jobs }
}

export function nodeCheck(version: string): Check {
  const major = Number(version.split('.')[0])
  if (major >= 22) return { check: 'Node', status: 'ok', says: version }
  const next = 'Install Node 24.'
  return {
    check: 'Node',
    status: 'note',
    says: `${version} works, but Node 20 is past its end of life`,
    next,
  }
}

function endpointChecks(aws: AwsContext): Check[] {
  const services: AwsService[] = ['ecr', 's3', 'sts', 'kms']
  const byPlace = new Map<string, string[]>()
  const add = (place: string | undefined, name: string) => {
    if (place) byPlace.set(place, [...(byPlace.get(place) ?? []), name])
  }
  for (const service of services) add(aws.endpointOf(service), service)
  add(aws.registryEndpoint, 'the registry')
  const custom = [...byPlace].map(([place, names]) => `${place} for ${names.join(', ')}`)
  return [{ check: 'Endpoints', status: 'ok', says: custom.length > 0 ? custom.join('; ') : "AWS's own" }]
}

async function awsChecks(aws: AwsContext, checks: Check[], signal: AbortSignal): Promise<JobAnswer[]> {
  const identity = await attempt(checks, 'Credentials', () => aws.identity())
  if (!identity) return []
  checks.push({
    check: 'Credentials',
    status: 'ok',
    says: headerOf(identity, aws.region, aws.endpointOf('ecr')),
  })
  const first = await attempt(checks, 'ECR', () => firstRepository(aws, signal))
  if (!first) return []
  checks.push({
    check: 'ECR',
    status: 'ok',
    says: first.name ? 'answers' : 'answers; the registry has no repository yet',
  })
  return (await attempt(checks, 'Permissions', () => probeJobs(aws, first.name, signal))) ?? []
}

async function firstRepository(aws: AwsContext, signal: AbortSignal): Promise<{ name?: string }> {
  const ecr = ecrControl(aws)
  try {
    for await (const { name } of ecr.describeRepositories(signal)) return { name }
    return {}
  } finally {
    ecr.close()
  }
}

async function vaultCheck(context: CommandContext, options: CommandOptions): Promise<Check> {
  const name = vaultName(context, options)
  try {
    const { openVault } = await import('../../vault/vault.ts')
    const store = await openStoreFor(context, options)
    const vault = await openVault(store).finally(() => store.close())
    const count = (await vault.snapshots.keys()).length
    return {
      check: 'Vault',
      status: 'ok',
      says: `${name}: format ${vault.header.format}, ${count} snapshots`,
    }
  } catch (error) {
    const found = toHoldfastError(error)
    if (found.code === 'vault-missing') {
      return {
        check: 'Vault',
        status: 'note',
        says: `${name}: not there yet`,
        next: 'holdfast backup makes it.',
      }
    }
    return failed('Vault', found)
  }
}

async function attempt<T>(checks: Check[], check: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const found = toHoldfastError(error)
    if (found.code === 'interrupted' || found.code === 'internal') throw error
    // Whose credentials are meant is settled before the Region is.
    checks.push(failed(found.code.startsWith('credentials') ? 'Credentials' : check, found))
    return undefined
  }
}

function failed(check: string, error: HoldfastError): Check {
  const says = error.why ? `${error.message.replace(/\.$/, '')}: ${error.why}` : error.message
  return { check, status: 'failed', says, next: error.next }
}
