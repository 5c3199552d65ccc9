import { formatBytes, formatCount, plural } from '../../core/bytes.ts'
import type { ImageInventory, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { daysSince } from '../days.ts'

export const repositorySize: RepositoryControl = {
  id: 'repository-size',
  title: 'The repository holds a sensible number of tagged images',
  severity: 'info',
  why: 'Empty and overgrown repositories are clutter that is paid for, and at the quota every push fails.',
  needs: ['ecr:DescribeRepositories', 'ecr:DescribeImages'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-8', 'SI-12'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9'] },
  ],
  fix: 'Delete the repository if nobody needs it, or put a lifecycle policy that takes what is old.',
  scope: 'repository',
  judge: (repository, inventory) => {
    const { images } = repository
    if ('error' in images) return unknown(images.error)
    if (images.ok.length === 0) return judgeEmpty(repository, inventory)
    return judgeImages(images.ok)
  },
}

/** Whoever made it may be about to push. */
const graceDays = 30
/** Images per repository (ecr-facts 4.10); AWS raises it on request, and does not tell by this API. */
const quota = 100_000
/** A tenth of a cent a month for a megabyte adds up: about ten dollars (ecr-facts 10). */
const large = 100e9

function judgeEmpty({ createdAt }: RepositoryInventory, inventory: Inventory): Verdict {
  const age = daysSince(createdAt, inventory)
  if (age === undefined)
    return { status: 'unknown', reason: 'Empty; ECR did not say since when it is there.' }
  if (age <= graceDays) return notApplicable(`Empty, and only ${plural(age, 'day')} old.`)
  return fail(`Empty, and created ${plural(age, 'day')} ago.`, { images: 0, createdAt })
}

function judgeImages(images: readonly ImageInventory[]): Verdict {
  const bytes = images.reduce((sum, image) => sum + image.bytes, 0)
  const evidence = { images: images.length, bytes }
  const size = `${plural(images.length, 'image')}, ${formatBytes(bytes)} at most`
  const near = nearQuota(images.length)
  if (near) return { ...fail(near, evidence), severity: images.length >= quota * 0.95 ? 'medium' : 'low' }
  if (images.every(({ tags }) => tags.length === 0))
    return fail(`${size}, and none of them has a tag: nobody finds them but by digest.`, evidence)
  if (bytes > large) return fail(`${size}: more than ${formatBytes(large)}.`, evidence)
  return pass(`${size}.`, evidence)
}

function nearQuota(count: number): string | undefined {
  if (count < quota * 0.8) return undefined
  const share = Math.floor((count / quota) * 100)
  return `${formatCount(count)} images: ${share} % of the default quota of ${formatCount(quota)}, at which every push fails.`
}
