import { awsErrorCode } from '../aws/errors.ts'
import type { EcrControl } from './control.ts'

/** Settings of the whole registry; what is not set, or not known to this registry, is absent. */
export interface EcrRegistrySettings {
  policy?: string
  replication?: unknown
  scanning?: unknown
  signing?: unknown
  pullThroughRules?: unknown[]
  creationTemplates?: unknown[]
  accountSettings?: Record<string, string>
  pullTimeExclusions?: string[]
}

const accountSettings = ['BASIC_SCAN_TYPE_VERSION', 'REGISTRY_POLICY_SCOPE', 'BLOB_MOUNTING']

/** What reading them takes; each list fits into one page (ecr-facts 1.4 and 4.10). */
export const registrySettingRequests: Readonly<Record<string, number>> = {
  GetRegistryPolicy: 1,
  DescribeRegistry: 1,
  GetRegistryScanningConfiguration: 1,
  GetSigningConfiguration: 1,
  DescribePullThroughCacheRules: 1,
  DescribeRepositoryCreationTemplates: 1,
  GetAccountSetting: accountSettings.length,
  ListPullTimeUpdateExclusions: 1,
}

/** One question after the other: they are few, and one refusal says which permission is missing. */
export async function readRegistrySettings(
  control: EcrControl,
  signal?: AbortSignal,
): Promise<EcrRegistrySettings> {
  const found = {
    policy: await known(control.getRegistryPolicy(signal)),
    replication: await known(control.describeRegistry(signal)),
    scanning: await known(control.getRegistryScanningConfiguration(signal)),
    signing: await known(control.getSigningConfiguration(signal)),
    pullThroughRules: await known(control.describePullThroughCacheRules(signal)),
    creationTemplates: await known(control.describeRepositoryCreationTemplates(signal)),
    accountSettings: await readAccountSettings(control, signal),
    pullTimeExclusions: await known(control.listPullTimeUpdateExclusions(signal)),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !isEmpty(value)))
}

/** Those that this registry knows. */
export async function readAccountSettings(
  control: EcrControl,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of accountSettings) {
    const value = await known(control.getAccountSetting(name, signal))
    if (value !== undefined) found[name] = value
  }
  return found
}

/**
 * Undefined where the operation, or the name of a setting, does not exist: partitions and emulators lag behind.
 * Assumption: an unknown account setting is answered by one of these names.
 */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (unknownThere.has(awsErrorCode(error) ?? '')) return undefined
    throw error
  }
}

const unknownThere = new Set([
  'UnknownOperationException',
  'UnsupportedOperationException',
  'NotImplementedException',
  'NotImplemented',
  'InvalidParameterException',
  'ValidationException',
])

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true
  return Array.isArray(value)
    ? value.length === 0
    : typeof value === 'object' && Object.keys(value ?? {}).length === 0
}
