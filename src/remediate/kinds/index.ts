import type { Kind } from '../kind.ts'
import { accountSetting } from './account-setting.ts'
import { creationTemplate } from './creation-template.ts'
import { lifecyclePolicy } from './lifecycle-policy.ts'
import { pullTimeExclusion } from './pull-time-exclusion.ts'
import { registryPolicy } from './registry-policy.ts'
import { registryScanning } from './registry-scanning.ts'
import { repositoryPolicy } from './repository-policy.ts'
import { repositoryTags } from './repository-tags.ts'
import { scanOnPush } from './scan-on-push.ts'
import { signingConfiguration } from './signing-configuration.ts'
import { tagMutability } from './tag-mutability.ts'

/** In the order in which an apply goes through them; a rollback goes the other way. */
export const kinds: readonly Kind[] = [
  accountSetting,
  pullTimeExclusion,
  registryScanning,
  scanOnPush,
  signingConfiguration,
  creationTemplate,
  tagMutability,
  repositoryTags,
  registryPolicy,
  repositoryPolicy,
  lifecyclePolicy,
].map((kind) => kind as unknown as Kind)

export function kindOf(name: string): Kind | undefined {
  return kinds.find((kind) => kind.name === name)
}
