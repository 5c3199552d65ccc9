import { layer, sha256 } from '../layer.ts'

/** A registry as data: real manifests with correct digests, the same ones on every machine. */
export interface FleetPlan {
  repositories: number
  /** Manifests in all: images, and indexes with the images of their platforms. */
  images: number
  /** How many of them the first repository holds: more than one page of a listing. */
  first: number
}

export const wholeFleet: FleetPlan = { repositories: 1000, images: 100_000, first: 2500 }

export interface PlannedBlob {
  digest: string
  mediaType: string
  bytes: Buffer
}

export interface PlannedManifest {
  digest: string
  mediaType: string
  text: string
  tags: string[]
  /** Config and layers; none for an index. */
  blobs: PlannedBlob[]
}

export interface PlannedRepository {
  name: string
  manifests: PlannedManifest[]
}

export const indexType = 'application/vnd.oci.image.index.v1+json'

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}

const platforms = ['amd64', 'arm64', 'ppc64le']

export function repositoryName(at: number): string {
  return `team-${String(at % 40).padStart(2, '0')}/service-${String(at).padStart(5, '0')}`
}

/** One after another, so that nobody needs all of them in memory. */
export function* plannedRepositories(plan: FleetPlan): Generator<PlannedRepository> {
  const rest = plan.images - plan.first
  for (let at = 0; at < plan.repositories; at++) {
    const before = Math.floor((rest * (at - 1)) / (plan.repositories - 1))
    const count = at === 0 ? plan.first : Math.floor((rest * at) / (plan.repositories - 1)) - before
    yield { name: repositoryName(at), manifests: plannedManifests(at, count) }
  }
}

/** Pages of `DescribeImages` that a full listing needs, a thousand images each. */
export function listingPages(plan: FleetPlan): number {
  return plan.repositories - 1 + Math.ceil(plan.first / 1000)
}

/** In every fourth repository images have three platforms, in every fourth two, elsewhere one. */
function plannedManifests(repository: number, count: number): PlannedManifest[] {
  const wanted = [3, 2, 1, 1][repository % 4] ?? 1
  const found: PlannedManifest[] = []
  for (let release = 0; found.length < count; release++) {
    const several = wanted > 1 && found.length + wanted + 1 <= count
    found.push(...(several ? indexOf(repository, release, wanted) : [releaseOf(repository, release)]))
  }
  return found
}

/** Every tenth release has lost its tag to nobody: it is untagged. */
function tagsOf(release: number): string[] {
  return release % 10 === 9 ? [] : [`1.${release}.0`, ...(release === 0 ? ['stable'] : [])]
}

function releaseOf(repository: number, release: number): PlannedManifest {
  return { ...plannedImage(repository, release, 'amd64'), tags: tagsOf(release) }
}

function indexOf(repository: number, release: number, count: number): PlannedManifest[] {
  const children = platforms
    .slice(0, count)
    .map((architecture) => plannedImage(repository, release, architecture))
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: children.map(({ digest, mediaType, text: child }, at) => ({
      ...{ mediaType, digest, size: child.length },
      platform: { os: 'linux', architecture: platforms[at] },
    })),
  })
  const index = { digest: sha256(Buffer.from(text)), mediaType: indexType, text, blobs: [] }
  return [...children, { ...index, tags: tagsOf(release) }]
}

/** A base that fifty repositories share, a layer of the repository, and a configuration of the image's own. */
export function plannedImage(repository: number, release: number, architecture: string): PlannedManifest {
  const layers = [madeLayer(`base-${repository % 20}`), madeLayer(`repository-${repository}`)]
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture, os: 'linux', created: '2026-01-01T00:00:00Z' },
      config: { Labels: { image: `${repositoryName(repository)}:1.${release}.0` } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  )
  const blobs = [{ digest: sha256(config), mediaType: types.config, bytes: config }, ...layers]
  const [first, ...others] = blobs.map(({ digest, mediaType, bytes }) => ({
    ...{ mediaType, digest, size: bytes.length },
  }))
  const document = { schemaVersion: 2, mediaType: types.manifest, config: first, layers: others }
  const text = JSON.stringify(document)
  return { digest: sha256(Buffer.from(text)), mediaType: types.manifest, text, tags: [], blobs }
}

const made = new Map<string, PlannedBlob & { diffId: string }>()

function madeLayer(name: string): PlannedBlob & { diffId: string } {
  const known = made.get(name)
  if (known) return known
  const fresh = { ...layer(name, 2000), mediaType: types.layer }
  made.set(name, fresh)
  return fresh
}
