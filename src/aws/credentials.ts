import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Clock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'
import type { AwsCredentials, AwsSettings, CredentialsProvider } from './context.ts'
import { awsError } from './errors.ts'

const early = 5 * 60_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Given credentials, else the SDK's chain; then the role, when one is named. The chain's own STS calls go to
 * `sts` (Region, endpoint, request handler), so that a custom endpoint holds for them too (law 8).
 */
export function credentialsFor(
  settings: AwsSettings,
  sts: Record<string, unknown>,
  clock: Clock,
): CredentialsProvider {
  const base = settings.credentials
    ? constant(settings.credentials)
    : fromNodeProviderChain({
        ...(settings.profile && { profile: settings.profile }),
        clientConfig: sts,
        logger: silent,
        // Off EC2 the instance metadata address never answers: one second is all that it gets.
        timeout: 1000,
        maxRetries: 0,
      })
  if (!settings.roleArn) return remembered(base, clock)
  requireRoleArn(settings.roleArn)
  const role = fromTemporaryCredentials({
    masterCredentials: base,
    params: {
      RoleArn: settings.roleArn,
      RoleSessionName: 'holdfast',
      ...(settings.externalId && { ExternalId: settings.externalId }),
    },
    clientConfig: sts,
  })
  return remembered(explained(role, settings.roleArn), clock)
}

function requireRoleArn(arn: string): void {
  if (/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) return
  throw new HoldfastError('usage', {
    what: `Not the ARN of a role: ${JSON.stringify(arn)}`,
    next: 'Give it as arn:aws:iam::ACCOUNT:role/NAME.',
  })
}

/** The SDK would let it look as if the request that needed the role had failed. */
function explained(role: CredentialsProvider, arn: string): CredentialsProvider {
  return async () => {
    try {
      return await role()
    } catch (error) {
      throw awsError(error, { operation: 'sts:AssumeRole', resource: arn })
    }
  }
}

function constant(credentials: AwsCredentials): CredentialsProvider {
  return async () => credentials
}

/** One request for any number of callers, asked again five minutes before the credentials expire. */
export function remembered(provider: CredentialsProvider, clock: Clock): CredentialsProvider {
  let known: AwsCredentials | undefined
  let asking: Promise<AwsCredentials> | undefined
  const fresh = (found: AwsCredentials) =>
    !found.expiration || found.expiration.getTime() - clock.now().getTime() > early
  return async () => {
    if (known && fresh(known)) return known
    asking ??= provider().finally(() => {
      asking = undefined
    })
    known = await asking
    return known
  }
}
