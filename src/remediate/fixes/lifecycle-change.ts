import { usesOf } from '../../controls/uses.ts'
import { formatBytes, plural } from '../../core/bytes.ts'
import { shortDigest } from '../../core/digest.ts'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import type { LifecycleImage } from '../../lifecycle/image.ts'
import type { Wish } from '../draft.ts'
import { newlyExpired } from '../expiry.ts'
import type { FixContext } from '../fix.ts'
import { lifecyclePolicy } from '../kinds/lifecycle-policy.ts'
import type { Merged, Scene } from './lifecycle-merge.ts'

export interface Changing {
  repository: RepositoryInventory
  /** From the policy that is there. */
  merge: (text: string | null, scene: Scene) => Merged
  why: string
}

/** Drafts the change of a repository's lifecycle policy; or says why there can be none, and what to do first. */
export function changeLifecycle(context: FixContext, { repository, merge, why }: Changing): void {
  const { inventory, draft } = context
  const { name, arn: resource, lifecyclePolicy: policy } = repository
  const scene = sceneOf(inventory, repository)
  if ('error' in policy || 'why' in scene) {
    const reason = 'why' in scene ? scene.why : 'Its lifecycle policy could not be read.'
    draft.leave({ resource, reason, next: 'Allow the audit to read it, and make the plan again.' })
    return
  }
  const merged = merge(policy.ok, scene)
  if ('text' in merged) {
    const wish = wishFor({ before: policy.ok, after: merged.text, scene, name }, context)
    const edit = (text: string | null) => {
      const made = merge(text, scene)
      return 'text' in made ? made.text : text
    }
    draft.change(lifecyclePolicy, name, edit, { why, risk: 'visible', ...wish })
  } else if (merged.inTheWay.some(({ tags }) => tags.length === 0)) tagFirst(merged, repository, context)
  else
    draft.leave({
      resource,
      reason: merged.why,
      next: `Write the policy by hand; holdfast lifecycle lint and holdfast lifecycle simulate say what it would do.`,
    })
}

function sceneOf(inventory: Inventory, { name, images }: RepositoryInventory): Scene | { why: string } {
  if ('error' in images) return { why: `Its images could not be listed: ${images.error.message}` }
  const uses = usesOf(inventory)
  const missing = uses.missing && `${uses.missing.code}, needs ${uses.missing.needs}`
  return { images: images.ok, inUse: uses.of(name), ...(missing !== undefined && { missing }) }
}

interface Judging {
  before: string | null
  after: string | null
  scene: Scene
  name: string
}

function wishFor(
  { before, after, scene, name }: Judging,
  { inventory, isHeld }: FixContext,
): Pick<Wish, 'warnings'> & Partial<Pick<Wish, 'risk'>> {
  const now = new Date(inventory.collectedAt)
  const { images } = scene
  const going = newlyExpired({ before, after, images, now }).map(({ image }) => image)
  const returning = newlyExpired({ before: after, after: before, images, now })
  // The law holds for the way back as well.
  const back =
    returning.length === 0
      ? []
      : [
          `The policy of now takes ${plural(returning.length, 'image')} that this one spares: a rollback to it wants --vault and a snapshot that holds them.`,
        ]
  if (going.length === 0) return back.length > 0 ? { warnings: back } : {}
  const bytes = formatBytes(going.reduce((sum, image) => sum + image.bytes, 0))
  const open = isHeld ? going.filter(({ digest }) => !isHeld(name, digest)) : []
  return {
    risk: 'destructive',
    warnings: [
      `${plural(going.length, 'image')} (${bytes}) would expire within 24 hours. It is only applied when the newest snapshot of --vault holds them all.`,
      ...(open.length > 0 ? [`Not in the newest snapshot yet: ${namesOf(open)}. Back up first.`] : []),
      'A rollback puts the old policy back; what ECR has expired by then comes back with holdfast restore.',
      ...back,
    ],
  }
}

function namesOf(images: readonly LifecycleImage[]): string {
  const names = images.slice(0, 5).map(({ tags, digest }) => tags[0] ?? shortDigest(digest))
  return images.length > 5 ? `${names.join(', ')} and ${images.length - 5} more` : names.join(', ')
}

/** A rule can spare an image by its tag only. */
function tagFirst(
  { why, inTheWay }: Extract<Merged, { why: string }>,
  { name, arn }: RepositoryInventory,
  { draft, inventory }: FixContext,
): void {
  const { region } = inventory.registry
  const of = `--region ${region} --repository-name ${name}`
  const bare = inTheWay.filter(({ tags }) => tags.length === 0)
  draft.byHand({
    resource: arn,
    why: `${why} An image without a tag cannot be spared by a rule: give it one first.`,
    instructions: [
      ...bare.flatMap(({ digest, mediaType }) => [
        `aws ecr batch-get-image ${of} --image-ids imageDigest=${digest} --output json | jq -j '.images[0].imageManifest' > manifest.json`,
        `aws ecr put-image ${of} --image-digest ${digest} --image-tag in-use-${shortDigest(digest)} ${mediaType ? `--image-manifest-media-type ${mediaType} ` : ''}--image-manifest file://manifest.json`,
      ]),
      'Then make the plan again.',
    ],
  })
}
