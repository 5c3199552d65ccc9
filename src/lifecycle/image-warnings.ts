import { plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import { type LifecycleImage, orderTime } from './image.ts'
import type { ImageVerdict } from './simulate.ts'
import type { LifecycleWarning, Simulated } from './warnings.ts'

/** Warnings about images: what is used, and what belongs to something else. */
export function imageWarnings(simulated: Simulated): LifecycleWarning[] {
  const { verdicts } = simulated
  return [
    ...verdicts.flatMap(usedAndTaken),
    ...usedChildren(simulated),
    ...usedReferrers(simulated),
    ...listed(
      'referrer-alone',
      'danger',
      aloneReferrers(simulated),
      (images) =>
        `${plural(images.length, 'signature or other referrer', 'signatures or other referrers')} would go while what ${images.length === 1 ? 'it refers' : 'they refer'} to stays.`,
    ),
    ...listed(
      'referrers-follow',
      'notice',
      following(verdicts),
      (images) =>
        `${plural(images.length, 'referrer')} would go with ${images.length === 1 ? 'its subject' : 'their subjects'}, within 24 hours after.`,
    ),
    ...freedChildren(simulated),
    ...unknownChildren(simulated),
    ...listed(
      'time-unknown',
      'notice',
      withoutTime(verdicts),
      (images) =>
        `${plural(images.length, 'image')} of unknown time: ranked as the newest, and not taken by age.`,
    ),
  ]
}

function listed(
  code: LifecycleWarning['code'],
  severity: LifecycleWarning['severity'],
  images: readonly LifecycleImage[],
  text: (images: readonly LifecycleImage[]) => string,
): LifecycleWarning[] {
  if (images.length === 0) return []
  return [{ code, severity, text: text(images), images: images.map(({ digest }) => digest) }]
}

function usedAndTaken({ image, outcome, rule, users }: ImageVerdict): LifecycleWarning[] {
  if (outcome === 'kept' || users.length === 0) return []
  const more = users.length > 1 ? ` and ${users.length - 1} more` : ''
  const effect = outcome === 'archived' ? 'archived, and can then not be pulled' : 'expired'
  const text = `${nameOf(image)} is in use by ${users[0]}${more} and would be ${effect}.`
  return [{ code: 'in-use-taken', severity: 'danger', text, ...(rule && { rule }), images: [image.digest] }]
}

/** The index goes first, and leaves its child to the next run. */
function usedChildren({ verdicts }: Simulated): LifecycleWarning[] {
  const users = new Map(verdicts.map((verdict) => [verdict.image.digest, verdict.users]))
  return verdicts.flatMap(({ image, outcome, rule }) => {
    const used = (image.children ?? []).filter((child) => (users.get(child)?.length ?? 0) > 0)
    if (outcome === 'kept' || used.length === 0) return []
    const text = `${nameOf(image)} would be ${outcome}; its child ${shortDigest(used[0] ?? '')} is in use and loses its guard.`
    return [{ code: 'in-use-child', severity: 'danger', text, ...(rule && { rule }), images: used }]
  })
}

function usedReferrers({ verdicts }: Simulated): LifecycleWarning[] {
  const used = new Set(verdicts.filter(({ users }) => users.length > 0).map(({ image }) => image.digest))
  const lost = verdicts.filter(
    ({ image, outcome }) => outcome !== 'kept' && image.subject !== undefined && used.has(image.subject),
  )
  return listed(
    'in-use-referrer',
    'danger',
    lost.map(({ image }) => image),
    (images) =>
      `${plural(images.length, 'referrer')} of images in use would go: a cluster that checks signatures may refuse them.`,
  )
}

/** Whether ECR counts referrers as untagged images is not documented; where it does, this happens. */
function aloneReferrers({ verdicts }: Simulated): LifecycleImage[] {
  const kept = new Set(verdicts.filter(({ outcome }) => outcome === 'kept').map(({ image }) => image.digest))
  return verdicts
    .filter(
      ({ image, reason }) => reason === 'rule' && image.subject !== undefined && kept.has(image.subject),
    )
    .map(({ image }) => image)
}

function following(verdicts: readonly ImageVerdict[]): LifecycleImage[] {
  return verdicts.filter(({ reason }) => reason === 'follows-subject').map(({ image }) => image)
}

function freedChildren({ verdicts }: Simulated): LifecycleWarning[] {
  const free = verdicts.filter(({ image, outcome }) => outcome !== 'kept' && image.kind === 'index')
  return listed(
    'children-freed',
    'notice',
    free.map(({ image }) => image),
    (images) =>
      `${plural(images.length, 'index', 'indexes')} would go; the children stay, untagged and no longer held, until a rule takes them in a later run.`,
  )
}

function unknownChildren({ verdicts, relations }: Simulated): LifecycleWarning[] {
  const marked = verdicts.filter(({ unlessChild }) => unlessChild).map(({ image }) => image)
  const many = relations.opaque.length
  return listed(
    'children-unknown',
    'notice',
    marked,
    (images) =>
      `${plural(images.length, 'untagged image')} would go unless held by ${many === 1 ? 'the index' : `one of ${many} indexes`} here: a listing does not tell. ECR keeps the children of an index that is there; some users report that it lost them.`,
  )
}

function withoutTime(verdicts: readonly ImageVerdict[]): LifecycleImage[] {
  return verdicts
    .map(({ image }) => image)
    .filter((image) => orderTime(image) === Number.POSITIVE_INFINITY && image.status !== 'ACTIVATING')
}

/** `v1.2 (0a1b2c3d4e5f)`, or the digest alone. */
export function nameOf({ tags, digest }: LifecycleImage): string {
  const more = tags.length > 1 ? `, +${tags.length - 1}` : ''
  return tags.length > 0 ? `${tags[0]}${more} (${shortDigest(digest)})` : shortDigest(digest)
}
