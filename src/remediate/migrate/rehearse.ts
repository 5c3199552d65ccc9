import { Readable } from 'node:stream'
import { awsErrorCode } from '../../aws/errors.ts'
import { HoldfastError, toHoldfastError } from '../../core/errors.ts'
import { type Call, type Json, repositoryCall } from '../call.ts'
import { ownTags } from './contents.ts'
import type { Encryption } from './encryption.ts'
import type { Migration } from './migration.ts'
import type { Pending } from './pending.ts'
import { creation, unmarking } from './requests.ts'
import { withTarget } from './with-target.ts'

/**
 * Before the deletion: puts into the repository what is in it already, one blob, one image and every setting, and makes
 * it once more. That changes nothing, and shows that it will be taken again: a right that is missing, or a policy that
 * ECR takes no longer, must not turn up when the repository is gone.
 */
export async function rehearse(
  migration: Migration,
  { pending, wanted }: { pending: Pending; wanted: Encryption },
): Promise<void> {
  const { door, repository } = migration
  try {
    await rehearsePush(migration, pending)
    for (const call of settingCalls(migration, pending)) await door.send(call)
    await door.send(unmarking({ resource: repository }, door.place, 'holdfast:rehearsal'))
    const tags = ownTags(pending.state.settings)
    await refusedAsThere(
      migration,
      creation({ resource: repository }, door.place, { encryption: wanted, tags }),
    )
  } catch (error) {
    door.run.signal.throwIfAborted()
    const { message, why } = toHoldfastError(error)
    throw new HoldfastError('plan-refused', {
      what: `${repository} is left as it is: what it has could not be put back into it.`,
      why: [message, why].filter(Boolean).join(' '),
      next: 'Mend that, then run the same command again.',
      cause: error,
    })
  }
}

/** Assumption: ECR looks whether the caller may, and may use the key, before it looks whether the name is taken. */
async function refusedAsThere({ door }: Migration, call: Call): Promise<void> {
  try {
    await door.send(call)
  } catch (error) {
    if (awsErrorCode(error) !== 'RepositoryAlreadyExistsException') throw error
  }
}

/** Assumption: `/v2/` takes a blob and a manifest that are there already, as it does when two push the same. */
async function rehearsePush({ door, vault, run, repository }: Migration, { state }: Pending): Promise<void> {
  const active = state.manifests.filter(({ status, blobs }) => status === 'active' && blobs.length > 0)
  const smallest = [...active].sort((one, other) => one.size - other.size)[0]
  if (!smallest) return
  const blob = state.blobs
    .filter(({ digest }) => smallest.blobs.includes(digest))
    .sort((one, other) => one.size - other.size)[0]
  const layerDigests = blob ? [blob.digest] : []
  if (blob)
    await door.ask('ecr', 'BatchCheckLayerAvailability', {
      input: { repositoryName: repository, layerDigests },
      resource: repository,
    })
  await withTarget({ door, run }, async (target) => {
    if (blob) {
      const bytes = await vault.blobs.getBytes(blob.digest, run.signal)
      await target.putBlob(repository, blob.digest, blob.size, Readable.from([bytes]), run.signal)
    }
    const { digest, mediaType } = smallest
    const bytes = await vault.blobs.getBytes(digest, run.signal)
    await target.putManifest(repository, { digest, mediaType, bytes }, run.signal)
  })
}

function settingCalls({ door, repository }: Migration, { state }: Pending): Call[] {
  const { policy, lifecyclePolicy, tagMutability, scanOnPush = false } = state.settings
  const { mode, exclusions } = tagMutability ?? { mode: 'MUTABLE', exclusions: [] }
  const filters = exclusions.map((filter) => ({ filterType: 'WILDCARD', filter }))
  const put = (operation: string, members: { [key: string]: Json }) =>
    repositoryCall(operation, { repositoryName: repository, ...members }, door.place)
  return [
    put('PutImageScanningConfiguration', { imageScanningConfiguration: { scanOnPush } }),
    put('PutImageTagMutability', {
      imageTagMutability: mode,
      ...(filters.length > 0 && { imageTagMutabilityExclusionFilters: filters }),
    }),
    ...(policy === undefined ? [] : [put('SetRepositoryPolicy', { policyText: policy })]),
    ...(lifecyclePolicy === undefined
      ? []
      : [put('PutLifecyclePolicy', { lifecyclePolicyText: lifecyclePolicy })]),
  ]
}
