import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Clock } from '../core/clock.ts'
import type { AwsCredentials, AwsSettings, CredentialsProvider } from './context.ts'

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
  const role = fromTemporaryCredentials({
    masterCredentials: base,
    params: {
      RoleArn: settings.roleArn,
      RoleSessionName: 'holdfast',
      ...(settings.externalId && { ExternalId: settings.externalId }),
    },
    clientConfig: sts,
  })
  return remembered(role, clock)
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
