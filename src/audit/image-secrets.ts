import type { Digest } from '../core/digest.ts'
import type { ImageSecret } from '../inventory/inventory.ts'
import type { RepositoryState, SnapshotRoot } from '../vault/format.ts'
import type { Vault } from '../vault/vault.ts'
import { secretsIn } from './secret-patterns.ts'

const configTypes = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
const largest = 1024 * 1024

export interface ImageSecretSearch {
  secrets: ImageSecret[]
  /** Digests of the images that were looked into, by repository. */
  read: Record<string, string[]>
}

/**
 * What looks like a secret in the configurations of images that a snapshot holds: environment and build history. An
 * audit must not pull (law 2), so it reads the copy in the vault. Never keeps a secret's text.
 */
export async function findImageSecrets(
  vault: Vault,
  root: SnapshotRoot,
  signal?: AbortSignal,
): Promise<ImageSecretSearch> {
  const secrets: ImageSecret[] = []
  const images: [string, string[]][] = []
  const read = new Map<Digest, ReturnType<typeof secretsIn>>()
  for (const [repository, { state }] of await vault.repositories(root, signal)) {
    const inside = imagesOf(await vault.states.read(state, signal))
    images.push([repository, inside.map(({ image }) => image.digest)])
    for (const { image, config } of inside) {
      const known =
        read.get(config) ?? secretsIn((await vault.blobs.getBytes(config, signal)).toString('utf8'))
      read.set(config, known)
      secrets.push(...known.map((secret) => ({ repository, ...image, ...secret })))
    }
  }
  return { secrets, read: Object.fromEntries(images) }
}

function imagesOf({ manifests, blobs, tags }: RepositoryState) {
  const configs = new Set(
    blobs
      .filter(({ mediaType = '', size }) => configTypes.has(mediaType) && size <= largest)
      .map(({ digest }) => digest),
  )
  const tagsOf = new Map<string, string[]>()
  for (const [tag, digest] of Object.entries(tags)) tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag])
  return manifests.flatMap(({ digest, blobs: parts }) => {
    const config = parts.find((part) => configs.has(part))
    return config ? [{ image: { digest, tags: tagsOf.get(digest) ?? [] }, config }] : []
  })
}
