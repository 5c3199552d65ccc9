import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type Clock, systemClock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'
import { isLoopbackHost } from '../core/reference.ts'
import { Budget } from './budget.ts'
import type { AwsContext, AwsIdentity, AwsService, AwsSettings } from './context.ts'
import { credentialsFor } from './credentials.ts'
import { endpointFor } from './endpoints.ts'
import { awsError, notAws } from './errors.ts'
import { connectionPool, type Tally, watched } from './handler.ts'
import { type Profile, readProfile } from './profile.ts'
import { resolveRegion } from './region.ts'

/** The doors to the world, for tests. */
export interface AwsDoors {
  env?: NodeJS.ProcessEnv
  clock?: Clock
}

/** Reads settings, environment and profile; sends nothing yet. */
export async function openAws(settings: AwsSettings, doors: AwsDoors = {}): Promise<AwsContext> {
  const { env = process.env, clock = systemClock } = doors
  // The SDK would print a notice about Node 20 on its own; engines in package.json is our statement on that.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const profile = await readProfile(settings.profile, env)
  if (!settings.credentials) requireProfile(profile)
  const region = resolveRegion(settings, env, profile)
  const endpointOf = (service: AwsService) => endpointFor(service, { settings, env, profile })
  const tally: Tally = { counts: new Map(), simulated: false }
  const budget = new Budget(clock, {
    unlimited: isLocal(endpointOf('ecr')) && !settings.budget,
    limits: settings.budget,
  })
  const pool = connectionPool()
  const base = (service: AwsService) => ({
    region,
    ...endpointConfig(endpointOf(service)),
    requestHandler: watched(pool, service, { budget, tally }),
    // Standard, not adaptive: adaptive slows a whole client for one throttled operation and keeps its state to
    // itself; the budget knows every operation by name, for all clients of the context.
    retryMode: 'standard',
    maxAttempts: 4,
  })
  const credentials = credentialsFor(settings, base('sts'), clock)
  const clientConfig = (service: AwsService) => ({ ...base(service), credentials })
  return {
    region,
    registryEndpoint: settings.registryEndpoint || env['HOLDFAST_REGISTRY_ENDPOINT'] || undefined,
    clientConfig,
    endpointOf,
    credentials,
    budget,
    identity: once(() => askIdentity(clientConfig('sts'), tally)),
    requests: () => Object.fromEntries([...tally.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    close: () => pool.destroy(),
  }
}

/** The SDK would say that it found no credentials, and not that the name is wrong. */
function requireProfile({ name, exists, known }: Profile): void {
  if (exists || name === 'default') return
  throw new HoldfastError('credentials-missing', {
    what: `There is no AWS profile ${JSON.stringify(name)}`,
    why:
      known.length > 0
        ? `~/.aws/config and ~/.aws/credentials have ${known.join(', ')}.`
        : '~/.aws/config and ~/.aws/credentials have none.',
    next: 'Correct --profile, AWS_PROFILE or profile: in holdfast.yaml, or make it: aws configure --profile NAME',
  })
}

function endpointConfig(endpoint: string | undefined): Record<string, unknown> {
  // Path style, because a custom endpoint has no wildcard DNS; and our decision is the only one.
  return endpoint ? { endpoint, forcePathStyle: true } : { ignoreConfiguredEndpointUrls: true }
}

function isLocal(endpoint: string | undefined): boolean {
  return endpoint !== undefined && isLoopbackHost(new URL(endpoint).hostname)
}

/** Remembers an answer, not a failure. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask().catch((error) => {
      asked = undefined
      throw error
    })
    return asked
  }
}

async function askIdentity(config: Record<string, unknown>, tally: Tally): Promise<AwsIdentity> {
  const operation = 'sts:GetCallerIdentity'
  const found = await new STSClient(config).send(new GetCallerIdentityCommand({})).catch((error) => {
    throw awsError(error, { operation })
  })
  if (found.Account && found.Arn) {
    return { account: found.Account, arn: found.Arn, simulated: tally.simulated }
  }
  throw notAws(operation, 'Its answer names no account.')
}
