import { plural } from '../../core/bytes.ts'
import type { Answer, ImageInventory, Inventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { dateOf, daysSince } from '../days.ts'

const unusedAfter = 90

export const repositoryUnused: RepositoryControl = {
  id: 'repository-unused',
  title: 'The repository is in use',
  severity: 'low',
  why: 'Nobody patches or watches what nobody uses, but it can still be pulled, and it is paid for.',
  needs: ['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:ListPullTimeUpdateExclusions'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-8', 'SI-12'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9', 'A.8.10'] },
  ],
  fix: 'Back it up, verify the snapshot, ask its owner, and only then delete the repository.',
  scope: 'repository',
  judge: ({ images, createdAt }, inventory) => {
    if ('error' in images) return unknown(images.error)
    const pulled = newest(images.ok.map(({ lastPull }) => lastPull))
    const sincePull = daysSince(pulled, inventory)
    if (pulled && sincePull !== undefined && sincePull <= unusedAfter) {
      return pass(`Last pull ${dateOf(pulled)}, ${plural(sincePull, 'day')} ago.`)
    }
    const age = daysSince(createdAt, inventory)
    if (age === undefined)
      return { status: 'unknown', reason: 'Not judged: ECR did not say when it was created.' }
    if (age <= unusedAfter) return notApplicable(`Only ${plural(age, 'day')} old.`)
    if (images.ok.length === 0) return fail(`Empty, and created ${plural(age, 'day')} ago.`, { createdAt })
    return judgeQuiet(images.ok, pulled, inventory)
  },
}

/** There are images, and nobody pulled one lately. */
function judgeQuiet(images: ImageInventory[], pulled: string | undefined, inventory: Inventory): Verdict {
  const pushed = newest(images.map(({ pushedAt }) => pushedAt))
  const sincePush = daysSince(pushed, inventory)
  if (sincePush === undefined) return { status: 'unknown', reason: 'Not judged: a push time cannot be read.' }
  if (sincePush <= unusedAfter)
    return pass(`Pushed to ${plural(sincePush, 'day')} ago, though not pulled from.`)
  const { pullTimeExclusions } = inventory
  if ('error' in pullTimeExclusions) return unknown(pullTimeExclusions.error)
  const last = pulled
    ? `Last pull ${dateOf(pulled)}, ${plural(daysSince(pulled, inventory) ?? 0, 'day')} ago`
    : 'No pull on record'
  return fail(`${last}. Not proof: ${limitsOfProof(pullTimeExclusions)}.`, {
    lastPull: pulled ?? null,
    lastPush: pushed,
    pullTimeExclusions: 'ok' in pullTimeExclusions ? pullTimeExclusions.ok : null,
  })
}

function limitsOfProof(exclusions: Answer<string[]>): string {
  const running = 'what runs for long does not pull'
  const count = 'ok' in exclusions ? exclusions.ok.length : 0
  return count === 0
    ? running
    : `${running}, and pulls by ${plural(count, 'excluded principal')} are not recorded`
}

function newest(times: (string | undefined)[]): string | undefined {
  const readable = times.filter((time) => time !== undefined && !Number.isNaN(Date.parse(time)))
  return readable.reduce<string | undefined>(
    (best, time) => (time && (!best || Date.parse(time) > Date.parse(best)) ? time : best),
    undefined,
  )
}
