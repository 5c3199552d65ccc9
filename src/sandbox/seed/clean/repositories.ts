import type { Artifact } from '../artifacts/artifact.ts'
import { buildImage, buildIndex } from '../artifacts/image.ts'
import { signaturePayload } from '../artifacts/payloads.ts'
import { buildReferrer } from '../artifacts/referrer.ts'
import { main } from '../neighbours/identity.ts'
import { applicationLayer, buildSharedLayers, type SharedLayers } from '../repositories/layers.ts'
import { allow, expireUntagged, keepNewest, pullActions } from '../repositories/policies.ts'
import type { ImageSeed, RepositorySeed } from '../repositories/repository-seed.ts'
import { cleanScan } from '../repositories/scans.ts'

const command = ['/app/bin/start']
const signatureType = 'application/vnd.cncf.notary.signature'

/** Few, and each as it should be: signed, scanned, pulled, kept no longer than needed. */
export function cleanRepositories(): RepositorySeed[] {
  const layers = buildSharedLayers()
  return [platformBase(layers), shopApi(layers), shopWeb(layers), shopWorker(layers)]
}

function platformBase(layers: SharedLayers): RepositorySeed {
  const base = buildImage({
    architecture: 'amd64',
    layers: [layers.system2],
    created: '2025-06-02T08:00:00Z',
    command: ['/bin/hello'],
  })
  const images = signed('platform/base', { artifact: base, tags: ['2.0.0'], pushed: 40, pulled: 1 })
  return { ...inOrder('platform/base', 'platform-team'), images }
}

function shopApi(layers: SharedLayers): RepositorySeed {
  const version = (number: string, created: string) =>
    applicationImage(layers, 'shop-api', { number, created })
  const images = [
    { artifact: version('1.3.0', '2025-06-10T10:00:00Z'), tags: ['1.3.0'], pushed: 35, pulled: 1 },
    { artifact: version('1.4.0', '2025-07-15T10:00:00Z'), tags: ['1.4.0'], pushed: 6, pulled: 0.1 },
  ]
  return { ...inOrder('shop/api', 'shop-team'), images: images.flatMap((each) => signed('shop/api', each)) }
}

function shopWorker(layers: SharedLayers): RepositorySeed {
  const artifact = applicationImage(layers, 'shop-worker', {
    number: '2.1.0',
    created: '2025-06-20T12:00:00Z',
  })
  const images = signed('shop/worker', { artifact, tags: ['2.1.0'], pushed: 33, pulled: 2 })
  return { ...inOrder('shop/worker', 'shop-team'), images }
}

/** Two platforms under one name; the second was never built for ARM by hand. */
function shopWeb(layers: SharedLayers): RepositorySeed {
  const of = (architecture: 'amd64' | 'arm64') =>
    buildImage({
      architecture,
      layers: [
        ...(architecture === 'amd64' ? [layers.system2, layers.node] : [layers.system2Arm, layers.nodeArm]),
        applicationLayer('shop-web', '3.2.0', { architecture, kib: 60 }),
      ],
      created: '2025-07-20T07:45:00Z',
      command,
    })
  const artifact = buildIndex([of('amd64'), of('arm64')], { 'org.opencontainers.image.version': '3.2.0' })
  const images = signed('shop/web', { artifact, tags: ['3.2.0'], pushed: 20, pulled: 0.2 })
  return { ...inOrder('shop/web', 'shop-team'), images }
}

function applicationImage(
  layers: SharedLayers,
  name: string,
  { number, created }: { number: string; created: string },
) {
  return buildImage({
    architecture: 'amd64',
    layers: [layers.system2, layers.node, applicationLayer(name, number, { kib: 60 })],
    created,
    command,
  })
}

/** Everything but the images. Only the roles of the account that run the images may pull them. */
function inOrder(name: string, owner: string): Omit<RepositorySeed, 'images'> {
  const { rules: old } = expireUntagged(14)
  const { rules: many } = keepNewest(30, '*')
  return {
    name,
    created: 300,
    encryption: 'customer-key',
    mutability: 'IMMUTABLE',
    policy: allow('TasksPull', { AWS: `arn:aws:iam::${main}:role/ecs-execution` }, pullActions),
    lifecyclePolicy: { rules: [...old, ...many.map((rule) => ({ ...rule, rulePriority: 2 }))] },
    resourceTags: { owner, environment: 'production' },
  }
}

/** With a signature that refers to it, and watched by Inspector all the time. */
function signed(repository: string, image: ImageSeed): ImageSeed[] {
  const { artifact, pushed } = image
  const scan = { ...cleanScan(), status: 'ACTIVE' }
  return [
    { ...image, scan },
    { artifact: signatureOf(artifact, repository), pushed },
  ]
}

function signatureOf(subject: Artifact, repository: string): Artifact {
  return buildReferrer(subject, signatureType, {
    payload: signaturePayload(subject, repository),
    created: '2025-08-01T00:00:00Z',
  })
}
