import { HoldfastError } from '../../core/errors.ts'
import type { EcrControl } from '../../ecr/control.ts'
import { readRepositorySettings } from '../../ecr/read-settings.ts'
import type { RepositorySettings } from '../../vault/format.ts'

/**
 * Sets what is given and differs; what is not given stays as it is. The order matters: a lifecycle policy may delete
 * and immutable tags may refuse, so those come last.
 */
export async function applyEcrSettings(
  control: EcrControl,
  wanted: { repository: string; settings: RepositorySettings },
  signal: AbortSignal,
): Promise<void> {
  const { repository, settings } = wanted
  const { policy, scanOnPush, lifecyclePolicy, tagMutability, resourceTags = {} } = settings
  const described = await control.describeRepository(repository, signal)
  if (!described) throw missing(repository)
  const now = await readRepositorySettings(control, described, signal)
  if (policy !== undefined && policy !== now.policy)
    await control.setRepositoryPolicy(repository, policy, signal)
  const tags = changedTags(settableTags(resourceTags), now.resourceTags ?? {})
  if (Object.keys(tags).length > 0) await control.tagResource(now.arn, tags, signal)
  if (scanOnPush !== undefined && scanOnPush !== now.scanOnPush) {
    await control.putImageScanningConfiguration(repository, scanOnPush, signal)
  }
  if (lifecyclePolicy !== undefined && lifecyclePolicy !== now.lifecyclePolicy) {
    await control.putLifecyclePolicy(repository, lifecyclePolicy, signal)
  }
  if (tagMutability && !sameMutability(tagMutability, now.tagMutability)) {
    await control.putImageTagMutability(repository, tagMutability, signal)
  }
}

/** Tags whose key starts with `aws:` are made by AWS and cannot be set. */
export function settableTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith('aws:')))
}

function changedTags(wanted: Record<string, string>, now: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => now[key] !== value))
}

type Mutability = { mode: string; exclusions: string[] }

function sameMutability(wanted: Mutability, now: Mutability): boolean {
  const sorted = ({ exclusions }: Mutability) => JSON.stringify([...exclusions].sort())
  return wanted.mode === now.mode && sorted(wanted) === sorted(now)
}

function missing(repository: string): HoldfastError {
  return new HoldfastError('registry-not-found', {
    what: `The repository ${repository} does not exist.`,
    next: 'Restore it first; settings are applied to a repository that is there.',
  })
}
