import { home, main } from '../neighbours/identity.ts'
import type { RegistrySeed } from '../registries.ts'
import { expireUntagged } from '../repositories/policies.ts'
import { abroad, cleanKeys } from './foundations.ts'
import { cleanRepositories } from './repositories.ts'

/** A registry in order, in two Regions: the second holds what the first has sent there, and the other way round. */
export function cleanRegistries(): RegistrySeed[] {
  const repositories = cleanRepositories()
  const arrived = repositories.map(({ images, created, ...rest }) => ({
    ...rest,
    created: created - 0.01,
    images: images.map((image) => ({ ...image, pushed: image.pushed - 0.01 })),
  }))
  return [
    { ...settingsOf(home, { to: abroad, key: cleanKeys.images }), repositories },
    { ...settingsOf(abroad, { to: home, key: cleanKeys.imagesAbroad }), repositories: arrived },
  ]
}

function settingsOf(region: string, { to, key }: { to: string; key: string }) {
  return {
    account: main,
    region,
    scanType: 'ENHANCED' as const,
    scanning: [
      { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] },
    ],
    replication: [{ destinations: [{ region: to, registryId: main }] }],
    signing: [{ signingProfileArn: `arn:aws:signer:${region}:${main}:/signing-profiles/shop_images` }],
    templates: [templateWith(`arn:aws:kms:${region}:${main}:key/${key}`)],
  }
}

/** What ECR makes by itself, for replication or a first push, is as what people make. */
function templateWith(kmsKey: string) {
  return {
    prefix: 'ROOT',
    description: 'Every repository that nobody has made by hand',
    appliedFor: ['CREATE_ON_PUSH', 'REPLICATION', 'PULL_THROUGH_CACHE'],
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
    imageTagMutability: 'IMMUTABLE',
    lifecyclePolicy: JSON.stringify(expireUntagged(14)),
    resourceTags: [{ Key: 'owner', Value: 'platform-team' }],
    customRoleArn: `arn:aws:iam::${main}:role/registry-templates`,
  }
}
