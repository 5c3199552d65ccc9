import type { OciClient } from '../../oci/client.ts'
import { refusalBehind } from '../../oci/failure.ts'
import type { PutManifest } from '../target.ts'

/**
 * Puts a manifest so that it is there afterwards: a registry that refuses because the same digest is there already
 * (ECR does so for immutable tags: ecr-facts 2.3) has what we want.
 */
export async function putManifest(
  client: OciClient,
  repository: string,
  manifest: PutManifest,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.putManifest(repository, manifest, signal)
  } catch (error) {
    const status = refusalBehind(error)?.status
    if (status !== 400 && status !== 405 && status !== 409) throw error
    const there = await client.headManifest(repository, manifest.tag ?? manifest.digest, signal)
    if (there?.digest !== manifest.digest) throw error
  }
}
