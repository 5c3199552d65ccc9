import { Readable } from 'node:stream'
import { repositoryOf } from '../ecr/find-repository.ts'
import { addLayer } from '../ecr/layer-store.ts'
import type { EcrCall } from '../ecr/operation.ts'
import { createRepository } from '../ecr/repositories/create-repository.ts'
import { putLifecyclePolicy } from '../ecr/repositories/lifecycle-policy.ts'
import { setRepositoryPolicy } from '../ecr/repositories/repository-policy.ts'
import { tagList } from '../ecr/repositories/tags.ts'
import { storeImage } from '../ecr/store-image.ts'
import type { Image, Repository, World } from '../world.ts'
import type { Artifact, Content } from './artifacts/artifact.ts'
import type { ImageSeed, RepositorySeed } from './repositories/repository-seed.ts'

const day = 24 * 60 * 60 * 1000

/** How the seed calls ECR: as whom, and in which registry. */
export type SeedCall = Omit<EcrCall, 'input'>

/**
 * Makes one seeded repository real, by the operations that a client would use, each at its own time: the seed can
 * hold nothing that could not have been made or pushed.
 */
export async function plantRepository(call: SeedCall, seed: RepositorySeed): Promise<void> {
  const then = { ...call, world: at(call.world, seed.created) }
  await createRepository({ ...then, input: inputOf(call, seed) })
  const repository = repositoryOf(call.registry, seed.name)
  for (const image of seed.images) await plantImage(call, repository, image)
  await putPolicies(then, seed)
  if (seed.keyToday !== undefined) repository.encryption.kmsKey = seed.keyToday
  if (seed.policyToday !== undefined) repository.policy = JSON.stringify(seed.policyToday)
}

function inputOf(call: SeedCall, seed: RepositorySeed) {
  const { mutability, exclusionFilters, scanOnPush, resourceTags = {} } = seed
  return {
    repositoryName: seed.name,
    tags: tagList(resourceTags),
    encryptionConfiguration: encryptionOf(call, seed),
    ...(mutability && { imageTagMutability: mutability }),
    ...(exclusionFilters && {
      imageTagMutabilityExclusionFilters: exclusionFilters.map((filter) => ({
        filterType: 'WILDCARD',
        filter,
      })),
    }),
    ...(scanOnPush && { imageScanningConfiguration: { scanOnPush } }),
  }
}

/** Of the key that a seed means. */
const aliases = { 'customer-key': 'alias/holdfast-demo', 'shared-key': 'alias/shop-worker' }

function encryptionOf({ world, registry }: SeedCall, { encryption = 'AES256' }: RepositorySeed) {
  if (encryption === 'AES256') return { encryptionType: 'AES256' }
  if (encryption === 'aws-managed-key') return { encryptionType: 'KMS' }
  const keys = Object.values(world.state.accounts[registry.account]?.kmsKeys ?? {})
  const alias = aliases[encryption]
  const own = keys.find(({ aliases: names, region }) => region === registry.region && names.includes(alias))
  return { encryptionType: 'KMS', kmsKey: own?.arn ?? 'missing' }
}

async function putPolicies(call: SeedCall, { name, policy, lifecyclePolicy }: RepositorySeed): Promise<void> {
  if (policy !== undefined) {
    const input = { repositoryName: name, policyText: JSON.stringify(policy) }
    await setRepositoryPolicy({ ...call, input })
  }
  if (lifecyclePolicy !== undefined) {
    const input = { repositoryName: name, lifecyclePolicyText: JSON.stringify(lifecyclePolicy) }
    await putLifecyclePolicy({ ...call, input })
  }
}

async function plantImage(call: SeedCall, repository: Repository, seed: ImageSeed): Promise<void> {
  const { world } = call
  const then = { ...call, world: at(world, seed.pushed) }
  const { artifact, tags = [] } = seed
  for (const child of artifact.children ?? []) {
    dress(world, await push(then, repository, { artifact: child }), seed)
  }
  const image = await push(then, repository, { artifact, tag: tags[0] })
  for (const tag of tags.slice(1)) await push(then, repository, { artifact, tag })
  dress(world, image, seed)
  // Scanners look into images, not into indexes.
  if (artifact.children) delete image.scan
}

async function push(
  { world, registry }: SeedCall,
  repository: Repository,
  { artifact, tag }: { artifact: Artifact; tag?: string | undefined },
): Promise<Image> {
  for (const blob of artifact.blobs) await plantBlob(world, repository, blob)
  const { bytes, mediaType, digest } = artifact
  const target = { expectedDigest: digest, ...(tag !== undefined && { tag }) }
  return storeImage(world, registry, repository, { bytes, mediaType, ...target })
}

/** Most layers are in several repositories: the bytes are written once. */
async function plantBlob(world: World, repository: Repository, blob: Content): Promise<void> {
  const { digest, mediaType, bytes } = blob
  if (Object.hasOwn(repository.layers, digest)) return
  if (await world.blobs.has(digest)) {
    repository.layers[digest] = { digest, mediaType, size: bytes.length, addedAt: world.now() }
    return
  }
  const { handle } = await world.blobs.write(Readable.from([bytes]))
  await addLayer(world, repository, { digest, mediaType, handle })
}

/** What happened to the image after its push: pulls, a scan, the archive. */
function dress(world: World, image: Image, { pulled, archived, scan, pushed }: ImageSeed): void {
  if (pulled !== undefined) image.lastPull = at(world, pulled).now()
  delete image.scan
  const made = typeof scan === 'function' ? scan((days) => at(world, days).now() / 1000) : scan
  if (made) image.scan = { ...made, completedAt: at(world, pushed).now() }
  if (archived === undefined) return
  image.status = 'ARCHIVED'
  image.archivedAt = at(world, archived).now()
}

/** The world as it was so many days ago: the same memory, another clock. */
function at(world: World, daysAgo: number): World {
  return { ...world, now: () => world.now() - Math.round(daysAgo * day) }
}
