import { plural } from '../../core/bytes.ts'
import type { ImageInventory, Inventory, MissingAnswer } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { dateOf, daysSince } from '../days.ts'
import { useActions, usesOf, useWords } from '../uses.ts'

export const repositoryUnused: RepositoryControl = {
  id: 'repository-unused',
  title: 'The repository is in use',
  severity: 'low',
  why: 'Nobody patches or watches what nobody uses, but it can still be pulled, and it is paid for.',
  needs: [
    'ecr:DescribeRepositories',
    'ecr:DescribeImages',
    'ecr:ListPullTimeUpdateExclusions',
    'cloudwatch:GetMetricData',
    ...useActions,
  ],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CM-8', 'SI-12'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.9', 'A.8.10'] },
  ],
  fix: 'Back it up, verify the snapshot, ask its owner, and only then delete the repository.',
  scope: 'repository',
  judge: ({ name, images, createdAt }, inventory, { unusedAfterDays }) => {
    if ('error' in images) return unknown(images.error)
    const pulled = newest(images.ok.map(({ lastPull }) => lastPull))
    const sincePull = daysSince(pulled, inventory)
    if (pulled && sincePull !== undefined && sincePull <= unusedAfterDays) {
      return pass(`Last pull ${dateOf(pulled)}, ${plural(sincePull, 'day')} ago.`)
    }
    const uses = usesOf(inventory).of(name)
    if (uses.length > 0) return pass(`In use by ${useWords(uses)}, though not pulled lately.`)
    const age = daysSince(createdAt, inventory)
    if (age === undefined)
      return { status: 'unknown', reason: 'Not judged: ECR did not say when it was created.' }
    if (age <= unusedAfterDays) return notApplicable(`Only ${plural(age, 'day')} old.`)
    if (images.ok.length === 0) return fail(`Empty, and created ${plural(age, 'day')} ago.`, { createdAt })
    return judgeQuiet(images.ok, { name, pulled, inventory, unusedAfterDays })
  },
}

interface Quiet {
  name: string
  pulled: string | undefined
  inventory: Inventory
  unusedAfterDays: number
}

/** There are images, and nobody is on record for a pull lately. */
function judgeQuiet(images: ImageInventory[], quiet: Quiet): Verdict {
  const { name, pulled, inventory, unusedAfterDays } = quiet
  const pushed = newest(images.map(({ pushedAt }) => pushedAt))
  const sincePush = daysSince(pushed, inventory)
  if (sincePush === undefined) return { status: 'unknown', reason: 'Not judged: a push time cannot be read.' }
  if (sincePush <= unusedAfterDays)
    return pass(`Pushed to ${plural(sincePush, 'day')} ago, though not pulled from.`)
  const missing = missingFor(inventory)
  if (missing) return unknown(missing)
  const count = pullsOf(name, inventory)
  const excluded = excludedBy(inventory)
  // Pulls that no image remembers were of images that are gone, or by somebody whose pulls are not recorded.
  if (count > 0 && excluded === 0 && unusedAfterDays >= metricDays)
    return pass(
      `${plural(count, 'pull')} in the last ${metricDays} days, of images that are not here any more.`,
    )
  const last = pulled
    ? `Last pull ${dateOf(pulled)}, ${plural(daysSince(pulled, inventory) ?? 0, 'day')} ago`
    : 'No pull on record'
  return fail(`${last}, and nothing that runs names it. Not proof: ${limitsOfProof(count, excluded)}.`, {
    lastPull: pulled ?? null,
    lastPush: pushed,
    pulls: count,
    pullTimeExclusions:
      'ok' in inventory.pullTimeExclusions ? inventory.pullTimeExclusions.ok.slice(0, 20) : null,
  })
}

/** As far back as CloudWatch was asked. */
const metricDays = 90

/** Any of these could show that it is used after all. */
function missingFor(inventory: Inventory): MissingAnswer | undefined {
  const { pullTimeExclusions, pulls } = inventory
  if ('error' in pullTimeExclusions) return pullTimeExclusions.error
  return usesOf(inventory).missing ?? ('error' in pulls ? pulls.error : undefined)
}

function pullsOf(name: string, { pulls }: Inventory): number {
  return 'ok' in pulls && Object.hasOwn(pulls.ok, name) ? (pulls.ok[name] ?? 0) : 0
}

function excludedBy({ pullTimeExclusions }: Inventory): number {
  return 'ok' in pullTimeExclusions ? pullTimeExclusions.ok.length : 0
}

/** Assumption: the metric counts every pull, also those that the pull time of an image leaves out. */
function limitsOfProof(count: number, excluded: number): string {
  const elsewhere = 'clusters and other accounts cannot be asked, and what runs for long does not pull'
  if (excluded === 0) return elsewhere
  const counted = count > 0 ? ` (CloudWatch counted ${plural(count, 'pull')})` : ''
  return `${elsewhere}; pulls by ${plural(excluded, 'excluded principal')} are not recorded${counted}`
}

function newest(times: (string | undefined)[]): string | undefined {
  const readable = times.filter((time) => time !== undefined && !Number.isNaN(Date.parse(time)))
  return readable.reduce<string | undefined>(
    (best, time) => (time && (!best || Date.parse(time) > Date.parse(best)) ? time : best),
    undefined,
  )
}
