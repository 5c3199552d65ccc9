import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { parseLifecycle } from '../../lifecycle/parse.ts'

/** What a registry has today, as far as it says something about what its people want. */
export interface Found {
  repositories: number
  mutability: { mode: string; exclusions: string[]; of: number } | undefined
  /** Tags whose names say that they move. */
  movingTags: string[]
  scanning: { type: string; frequency: string } | undefined
  untaggedDays: { days: number; of: number } | undefined
  /** Customer managed keys of this Region that can be used, most used first. */
  keys: { arn: string; of: number }[]
  signingProfile: string | undefined
  destinations: { region: string; account?: string }[]
  prefixes: string[]
  /** Owner by the first word of repository names. */
  owners: { glob: string; owner: string }[]
  /** Other accounts and organizations that policies name. */
  accounts: string[]
  organizations: string[]
  vpcs: string[]
  vpcEndpoints: string[]
  trail: { logGroup?: string; bucket: string; kmsKey?: string } | undefined
  /** By name. */
  accountSettings: Record<string, string>
  pullTimeExclusions: string[]
  topic: string | undefined
}

export function foundIn(inventory: Inventory): Found {
  const repositories = 'ok' in inventory.repositories ? inventory.repositories.ok : []
  const rules = 'ok' in inventory.replication ? inventory.replication.ok : []
  const endpoints = 'ok' in inventory.vpcEndpoints ? inventory.vpcEndpoints.ok : []
  const { account } = inventory.registry
  const policies = repositories.flatMap(({ policy }) =>
    'ok' in policy && policy.ok !== null ? policy.ok : [],
  )
  return {
    repositories: repositories.length,
    mutability: mutabilityOf(repositories),
    movingTags: movingTags(repositories),
    scanning: scanningOf(inventory),
    untaggedDays: untaggedDays(repositories),
    keys: keysOf(inventory, repositories),
    signingProfile: 'ok' in inventory.signing ? inventory.signing.ok[0]?.profile : undefined,
    destinations: distinct(rules.flatMap(({ destinations }) => destinations)).map((to) =>
      to.account === account ? { region: to.region } : to,
    ),
    prefixes: [...new Set(rules.flatMap(({ prefixes }) => prefixes))],
    owners: ownersOf(repositories),
    accounts: named(policies, /(?:arn:aws[\w-]*:(?:iam|sts)::|")(\d{12})(?=[:"])/g).filter(
      (id) => id !== account,
    ),
    organizations: named(policies, /"(o-[a-z0-9]{10,32})(?=["/])/g),
    vpcs: [...new Set(endpoints.map(({ vpc }) => vpc))],
    vpcEndpoints: endpoints.filter(({ service }) => service.includes('.ecr.')).map(({ id }) => id),
    trail: trailOf(inventory),
    topic: topicOf(inventory),
    accountSettings: 'ok' in inventory.accountSettings ? inventory.accountSettings.ok : {},
    pullTimeExclusions: 'ok' in inventory.pullTimeExclusions ? inventory.pullTimeExclusions.ok : [],
  }
}

/** The commonest of those that are immutable: nobody wishes for tags that move by having changed nothing. */
function mutabilityOf(repositories: readonly RepositoryInventory[]): Found['mutability'] {
  const immutable = repositories
    .map(({ tagMutability }) => tagMutability)
    .filter(({ mode }) => mode === 'IMMUTABLE' || mode === 'IMMUTABLE_WITH_EXCLUSION')
  const most = commonest(immutable)
  return most && { ...most.value, of: most.times }
}

const moving = /^(latest|main|master|trunk|develop|dev|edge|nightly|snapshot|canary|next|stable|staging)$/

function movingTags(repositories: readonly RepositoryInventory[]): string[] {
  const tags = repositories.flatMap(({ images }) =>
    'ok' in images ? images.ok.flatMap((image) => image.tags) : [],
  )
  // ECR takes at most five exclusions.
  return [...new Set(tags.filter((tag) => moving.test(tag)))].sort().slice(0, 5)
}

function scanningOf({ scanning }: Inventory): Found['scanning'] {
  if ('error' in scanning) return undefined
  const { scanType, rules } = scanning.ok
  const wanted = scanType === 'ENHANCED' ? ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH'] : ['SCAN_ON_PUSH']
  const frequency = commonest(rules.map((rule) => rule.frequency).filter((one) => wanted.includes(one)))
  return { type: scanType, frequency: frequency?.value ?? wanted[0] ?? 'SCAN_ON_PUSH' }
}

function untaggedDays(repositories: readonly RepositoryInventory[]): Found['untaggedDays'] {
  const days = repositories.flatMap(({ lifecyclePolicy: policy }) => {
    const parsed = 'ok' in policy && policy.ok !== null ? parseLifecycle(policy.ok) : undefined
    if (!parsed || 'unreadable' in parsed) return []
    return parsed.rules
      .filter((rule) => rule.tagStatus === 'untagged' && rule.countType === 'sinceImagePushed')
      .map((rule) => rule.count)
  })
  const most = commonest(days)
  return most && { days: most.value, of: most.times }
}

function keysOf({ keys, registry }: Inventory, repositories: readonly RepositoryInventory[]): Found['keys'] {
  const usable = Object.values(keys).flatMap((key) =>
    'ok' in key && key.ok.manager === 'CUSTOMER' && key.ok.state === 'Enabled' ? key.ok : [],
  )
  return usable
    .filter(({ account, region }) => account === registry.account && region === registry.region)
    .map(({ arn }) => ({
      arn,
      of: repositories.filter(({ encryption }) => encryption.kmsKey === arn).length,
    }))
    .sort((one, other) => other.of - one.of)
}

const ownerTags = ['owner', 'team', 'contact', 'maintainer']

function ownersOf(repositories: readonly RepositoryInventory[]): Found['owners'] {
  const owned = repositories.flatMap(({ name, tags }) => {
    const found =
      'ok' in tags
        ? Object.entries(tags.ok).find(([key]) => ownerTags.includes(key.toLowerCase()))
        : undefined
    const [prefix] = name.split('/')
    return found && name.includes('/') ? [{ glob: `${prefix}/*`, owner: found[1] }] : []
  })
  const globs = [...new Set(owned.map(({ glob }) => glob))].sort()
  return globs.flatMap((glob) => commonest(owned.filter((one) => one.glob === glob))?.value ?? [])
}

function named(texts: readonly string[], pattern: RegExp): string[] {
  return [
    ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))),
  ].sort()
}

function trailOf({ trails, registry }: Inventory): Found['trail'] {
  const all = 'ok' in trails ? trails.ok : []
  const [trail] = [...all].sort((one, other) => Number(other.multiRegion) - Number(one.multiRegion))
  // arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME:*
  const [, , , region, account, , logGroup] = trail?.logGroup?.split(':') ?? []
  const isHere = region === registry.region && account === registry.account
  return (
    trail && {
      bucket: trail.bucket,
      ...(isHere && logGroup !== undefined && { logGroup }),
      ...(trail.kmsKey?.includes(':key/') && { kmsKey: trail.kmsKey }),
    }
  )
}

/** One that somebody reads. */
function topicOf({ topics }: Inventory): string | undefined {
  const read = Object.values(topics).find(
    (topic) => 'ok' in topic && topic.ok.subscriptions.some(({ confirmed }) => confirmed),
  )
  return read && 'ok' in read ? read.ok.arn.split(':').at(-1) : undefined
}

function commonest<T>(values: readonly T[]): { value: T; times: number } | undefined {
  const groups = distinct(values).map((value) => ({
    value,
    times: values.filter((one) => JSON.stringify(one) === JSON.stringify(value)).length,
  }))
  return groups.sort((one, other) => other.times - one.times)[0]
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
