import { HoldfastError } from '../core/errors.ts'
import { jobs, permissions } from './permissions.ts'

/** What a run may take of the account's quotas, which production pulls and deployments share. */
export interface BudgetLimits {
  /** Of each documented quota: 0.25 is a quarter. */
  share: number
  /** Requests a second for single operations (`PutImage`), whatever the share says. */
  perSecond: Readonly<Record<string, number>>
}

/** Law 6. */
export const defaultLimits: BudgetLimits = { share: 0.25, perSecond: {} }

/** Requests a second, by default (ecr-facts 4.10). Each can be raised on request. */
export const documentedQuotas: Readonly<Record<string, number>> = {
  GetAuthorizationToken: 500,
  BatchCheckLayerAvailability: 1000,
  BatchGetImage: 2000,
  GetDownloadUrlForLayer: 3000,
  InitiateLayerUpload: 100,
  UploadLayerPart: 500,
  CompleteLayerUpload: 100,
  PutImage: 10,
}

/**
 * Assumption: what AWS publishes no quota for can take 100 requests a second, and gets a quarter of that. A larger
 * share does not raise it, because nothing is known that it would be a share of; a smaller one lowers it.
 */
const unpublishedQuota = 100
const unpublishedMost = 25

/** Requests a second for `ecr:Operation` before anything was throttled. */
export function allowedRate(operation: string, { share, perSecond }: BudgetLimits): number {
  const name = operation.replace(/^ecr:/, '')
  const capped = perSecond[name]
  if (capped !== undefined) return capped
  const quota = documentedQuotas[name]
  return quota === undefined ? Math.min(unpublishedMost, unpublishedQuota * share) : quota * share
}

/** `25%`, `PutImage=5,DescribeImages=10`, or both: `60%,PutImage=2.5`. */
export function parseBudget(text: string): BudgetLimits {
  let share: number | undefined
  const perSecond: Record<string, number> = {}
  for (const item of text.split(',').map((part) => part.trim())) {
    const [, percent] = /^(\d{1,4}(?:\.\d{1,3})?)\s*%$/.exec(item) ?? []
    const [, name = '', rate] = /^(?:ecr:)?([A-Za-z]+)\s*=\s*(\d{1,6}(?:\.\d{1,3})?)$/.exec(item) ?? []
    if (percent !== undefined && share === undefined) share = positive(Number(percent) / 100, item)
    else if (rate !== undefined && perSecond[knownOperation(name)] === undefined)
      perSecond[knownOperation(name)] = positive(Number(rate), item)
    else throw mistaken(item, text)
  }
  return { share: share ?? defaultLimits.share, perSecond }
}

/** Nothing forbids it, since quotas can be raised; but it can stop deployments, which must be known. */
export function budgetWarnings({ share, perSecond }: BudgetLimits): string[] {
  const beyond = Object.entries(perSecond).filter(
    ([name, rate]) => rate > (documentedQuotas[name] ?? Infinity),
  )
  const warnings = beyond.map(
    ([name, rate]) =>
      `--budget ${name}=${rate} is more than the quota that AWS documents (${documentedQuotas[name]} a second). Production shares it: deployments may be throttled.`,
  )
  if (share <= 1) return warnings
  const percent = `${Math.round(share * 1000) / 10}%`
  const words = `--budget ${percent} is more than the quotas that AWS documents. Production shares them: pulls and deployments may be throttled.`
  return [words, ...warnings]
}

/** All that Holdfast ever sends to ECR. */
const operations = new Set(
  jobs
    .flatMap((job) => permissions[job])
    .filter(({ action }) => action.startsWith('ecr:'))
    .map(({ action }) => action.slice('ecr:'.length)),
)

function knownOperation(name: string): string {
  const found = [...operations].find((known) => known.toLowerCase() === name.toLowerCase())
  if (found) return found
  throw new HoldfastError('usage', {
    what: `--budget names no operation of ECR that Holdfast uses: ${name}`,
    next: 'Name one as the API does, such as PutImage=5 or DescribeImages=10.',
  })
}

function positive(value: number, item: string): number {
  if (value >= 0.01) return value
  throw new HoldfastError('usage', {
    what: `With --budget ${item} no request could ever be sent.`,
    next: 'Give at least 1%, or 0.01 requests a second.',
  })
}

function mistaken(item: string, text: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `Not a budget: ${JSON.stringify(text.slice(0, 100))}`,
    why: `${JSON.stringify(item.slice(0, 60))} is neither a share (25%), given once, nor a rate (PutImage=5), given once for each operation.`,
    next: 'Examples: --budget 25%  --budget PutImage=5,DescribeImages=10  --budget 60%,PutImage=2.5',
  })
}
