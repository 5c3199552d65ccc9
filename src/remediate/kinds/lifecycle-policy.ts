import { formatBytes } from '../../core/bytes.ts'
import { shortDigest } from '../../core/digest.ts'
import { imageOf } from '../../ecr/images.ts'
import { kindOf } from '../../inventory/image-kind.ts'
import type { LifecycleImage } from '../../lifecycle/image.ts'
import { repositoryCall, sentTo } from '../call.ts'
import type { Door } from '../door.ts'
import { type Expiring, newlyExpired } from '../expiry.ts'
import { requireHeld } from '../held.ts'
import type { Kind, Target } from '../kind.ts'
import { policyLines, sameText } from './policy-text.ts'
import { ofRepository } from './repository.ts'

/** The text exactly as it was read. */
type PolicyText = string

/**
 * A lifecycle policy deletes by itself, so law 1 holds for both directions: what the text that is put expires with its
 * first run must be in the newest snapshot.
 */
export const lifecyclePolicy: Kind<PolicyText> = {
  name: 'lifecycle-policy',
  title: 'lifecycle policy of repository',
  ofRepository: true,
  reads: (target, place) => [
    ofRepository('ecr:GetLifecyclePolicy', target, place),
    ofRepository('ecr:DescribeImages', target, place),
  ],
  read: async (door, { resource, region }) => {
    const found = await door.find('ecr', 'GetLifecyclePolicy', {
      input: { repositoryName: resource },
      ...{ region, resource, absent: ['LifecyclePolicyNotFoundException', 'RepositoryNotFoundException'] },
    })
    return { state: found?.lifecyclePolicyText ?? null }
  },
  calls: ({ resource, region, from, to, place }) => {
    const input = { repositoryName: resource }
    if (to !== null)
      return sentTo(region, [
        repositoryCall('PutLifecyclePolicy', { ...input, lifecyclePolicyText: to }, place),
      ])
    return from === null ? [] : sentTo(region, [repositoryCall('DeleteLifecyclePolicy', input, place)])
  },
  // A fix that knows the images says more.
  risk: () => 'safe',
  isSame: sameText,
  guard: async (door, { resource, region, from, to }) => {
    const images = await imagesOf(door, { resource, ...(region !== undefined && { region }) })
    const now = door.run.clock.now()
    const going = newlyExpired({ before: from, after: to, images, now })
    await requireHeld(door, { repository: resource, region, images: going.map(({ image }) => image) })
  },
  access: ({ resource, from, to }, { repositories, collectedAt }) => {
    const listed = 'ok' in repositories ? repositories.ok.find(({ name }) => name === resource) : undefined
    const images = listed && 'ok' in listed.images ? listed.images.ok : []
    const going = newlyExpired({ before: from, after: to, images, now: new Date(collectedAt) })
    return { gains: [], loses: going.map(goingWords) }
  },
  lines: policyLines,
  terraform: ({ resource }, policy) => ({
    type: 'aws_ecr_lifecycle_policy',
    arguments: { repository: resource, policy },
    importId: resource,
  }),
  cloudformation: ({ resource }, policy) => ({
    type: 'AWS::ECR::Repository',
    part: true,
    properties: { RepositoryName: resource, LifecyclePolicy: { LifecyclePolicyText: policy } },
    identifier: { RepositoryName: resource },
  }),
}

function goingWords({ image, rule }: Expiring): string {
  const { tags, digest, bytes, pushedAt } = image
  const name = tags.length > 0 ? tags.slice(0, 5).join(', ') : 'untagged'
  const by = rule === undefined ? 'may expire' : `expires by rule ${rule}`
  return `${name} (${shortDigest(digest)}, ${formatBytes(bytes)}, pushed ${pushedAt.slice(0, 10)}) ${by}`
}

/** Now, not when the plan was made: archived and untagged ones too (law 10). */
async function imagesOf(door: Door, { resource, region }: Target): Promise<LifecycleImage[]> {
  const images: LifecycleImage[] = []
  let nextToken: string | undefined
  do {
    const page = await door.ask('ecr', 'DescribeImages', {
      input: {
        repositoryName: resource,
        filter: { tagStatus: 'ANY', imageStatus: 'ANY' },
        maxResults: 1000,
        ...(nextToken !== undefined && { nextToken }),
      },
      ...{ region, resource },
    })
    const found = (page.imageDetails ?? []).map(imageOf)
    images.push(...found.map((image) => ({ ...image, kind: kindOf(image) })))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return images
}
