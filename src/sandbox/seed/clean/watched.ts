/** What a trail must not tell without somebody hearing it (ecr-facts 5.2, 5.3). */
interface Watched {
  name: string
  metric: string
  pattern: string
}

const exposure = [
  'SetRepositoryPolicy',
  'DeleteRepositoryPolicy',
  'PutRegistryPolicy',
  'DeleteRegistryPolicy',
]
const destruction = ['DeleteRepository', 'BatchDeleteImage']
const lifecycle = ['PutLifecyclePolicy', 'DeleteLifecyclePolicy', 'UpdateImageStorageClass']
const weakening = [
  'PutImageTagMutability',
  'PutImageScanningConfiguration',
  'PutRegistryScanningConfiguration',
  'PutSigningConfiguration',
  'DeleteSigningConfiguration',
  'PutAccountSetting',
  'RegisterPullTimeUpdateExclusion',
]
const waysOut = [
  'PutReplicationConfiguration',
  'StartReplicationBackfill',
  'CreatePullThroughCacheRule',
  'UpdatePullThroughCacheRule',
  'CreateRepositoryCreationTemplate',
  'UpdateRepositoryCreationTemplate',
]
export const keyChanges = ['DisableKey', 'ScheduleKeyDeletion', 'RevokeGrant', 'RetireGrant', 'PutKeyPolicy']

/** Everything that changes what the registry is or who may use it. */
export const configurationChanges = [
  ...exposure,
  ...destruction.slice(0, 1),
  ...lifecycle,
  ...weakening,
  ...waysOut,
]

const ofEcr = '($.eventSource = "ecr.amazonaws.com")'
const ofKms = '($.eventSource = "kms.amazonaws.com")'

export const watched: readonly Watched[] = [
  watch('ecr-errors', 'EcrErrors', `{ ${ofEcr} && ($.errorCode = "*") }`),
  watch(
    'ecr-denied',
    'EcrDenied',
    `{ ${ofEcr} && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }`,
  ),
  watch('ecr-deletes', 'EcrDeletes', named(ofEcr, destruction)),
  watch('ecr-policy-changes', 'EcrPolicyChanges', named(ofEcr, exposure)),
  watch('ecr-lifecycle-changes', 'EcrLifecycleChanges', named(ofEcr, lifecycle)),
  watch('ecr-weakened', 'EcrWeakened', named(ofEcr, weakening)),
  watch('ecr-ways-out', 'EcrWaysOut', named(ofEcr, waysOut)),
  watch('key-changes', 'KeyChanges', named(ofKms, keyChanges)),
]

function watch(name: string, metric: string, pattern: string): Watched {
  return { name, metric, pattern }
}

function named(source: string, names: readonly string[]): string {
  return `{ ${source} && (${names.map((name) => `($.eventName = "${name}")`).join(' || ')}) }`
}
