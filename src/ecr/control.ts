import type { AwsContext } from '../aws/context.ts'
import { asker } from './ask.ts'
import { changeCalls } from './changes.ts'
import { imageCalls } from './images.ts'
import { layerCalls } from './layers.ts'
import { manifestCalls } from './manifests.ts'
import { policyCalls } from './policies.ts'
import { registryCalls } from './registry.ts'
import { registryChangeCalls } from './registry-changes.ts'
import { registryListCalls } from './registry-lists.ts'
import { replicationCalls } from './replication.ts'
import { repositoryCalls } from './repositories.ts'
import { repositorySettingCalls } from './repository-settings.ts'
import { scanningCalls } from './scanning.ts'
import { tagCalls } from './tags.ts'

/**
 * The ECR control plane as plain functions over plain data. Each is one API operation, with all its pages or
 * batches. Errors are HoldfastErrors; `awsErrorCode(error)` gives the service's own name of it.
 */
export function ecrControl(aws: AwsContext) {
  const { ask, close } = asker(aws)
  return {
    ...repositoryCalls(ask),
    ...repositorySettingCalls(ask),
    ...imageCalls(ask),
    ...changeCalls(ask),
    ...manifestCalls(ask),
    ...layerCalls(ask),
    ...policyCalls(ask),
    ...tagCalls(ask),
    ...scanningCalls(ask),
    ...registryCalls(ask),
    ...replicationCalls(ask),
    ...registryListCalls(ask),
    ...registryChangeCalls(ask),
    close,
  }
}

export type EcrControl = ReturnType<typeof ecrControl>
