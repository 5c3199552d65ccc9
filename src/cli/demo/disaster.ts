import type { AwsContext } from '../../aws/context.ts'
import type { Digest } from '../../core/digest.ts'
import { ecrControl } from '../../ecr/control.ts'

/** What was destroyed, and how it was before. */
export interface Disaster {
  repositoryDeleted: { name: string; images: number }
  tagOverwritten: { repository: string; tag: string; from: Digest; to: Digest }
  imageDeleted: { repository: string; digest: Digest; tags: string[] }
}

/** Three accidents that happen to people. They go through the ordinary API, and only ever to the sandbox. */
export async function strike(aws: AwsContext, signal: AbortSignal): Promise<Disaster> {
  const identity = await aws.identity()
  if (!identity.simulated) throw new Error('refusing to destroy anything that is not the sandbox')
  return { repositoryDeleted: await deleteRepository(aws, signal), tagOverwritten: await overwriteTag(aws, signal), imageDeleted: await deleteImage(aws, signal) }
}

void ecrControl
