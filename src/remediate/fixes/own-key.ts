import type { Finding } from '../../controls/control.ts'
import { keyOf } from '../../controls/repository-key.ts'
import { parseArn } from '../../core/arn.ts'
import { formatBytes, formatDuration, plural } from '../../core/bytes.ts'
import type { ImageInventory, RepositoryInventory } from '../../inventory/inventory.ts'
import type { FixContext } from '../fix.ts'
import { kmsKeyState } from '../kinds/kms-key-state.ts'
import { repositoryEncryption } from '../kinds/repository-encryption.ts'
import type { EncryptionState } from '../migrate/encryption.ts'

/** Into the vault and back, by a line of a hundred megabits, and ten puts in a second (ecr-facts 4.10). */
const bytesPerSecond = 12_500_000 / 2
const putsPerSecond = 10

/** The same wish for every control that is about the key of a repository, so that they become one step. */
export function encryptWithOwnKey(context: FixContext): void {
  const { inventory, findings, draft } = context
  const repositories = 'ok' in inventory.repositories ? inventory.repositories.ok : []
  for (const finding of findings) {
    const repository = repositories.find(({ name }) => name === finding.repository)
    if (!repository || isUnreadable(context, { finding, repository })) continue
    const obstacle = obstacleTo(repository, context)
    const { kmsKey } = context.baseline.encryption
    if (obstacle) draft.leave({ resource: finding.resource, ...obstacle })
    else if (kmsKey !== undefined)
      draft.change(repositoryEncryption, repository.name, (state) => withKey(state, kmsKey), {
        why: whyOf(repository, kmsKey),
        warnings: warningsOf(repository, context),
      })
  }
}

/** Two layers stay two (ecr-facts 7). */
function withKey(state: EncryptionState | null, kmsKey: string): EncryptionState | null {
  if (state === null || (state.kmsKey === kmsKey && state.unfinished === undefined)) return state
  return { type: state.type === 'KMS_DSSE' ? 'KMS_DSSE' : 'KMS', kmsKey }
}

/** States from which a call brings a key back. */
const revivable: readonly string[] = ['Disabled', 'PendingDeletion']

/** With a key that does not work nothing can be read, and so nothing copied. */
function isUnreadable(
  { inventory, draft }: FixContext,
  { finding, repository }: { finding: Finding; repository: RepositoryInventory },
): boolean {
  const found = keyOf(repository, inventory)
  if (found.kind !== 'named') return false
  const { key, name } = found
  const { resource } = finding
  if ('error' in key) {
    if (key.error.code !== 'NotFoundException') return false
    const next = 'Restore it from a backup into a new repository: holdfast restore <id> --kms-key <ARN>'
    draft.leave({ resource, reason: 'Its key is gone: nothing in it can be read any more.', next })
    return true
  }
  const { state, arn } = key.ok
  if (state === 'Enabled' || state === 'Updating') return false
  if (key.ok.account === inventory.registry.account && revivable.includes(state)) {
    draft.change(kmsKeyState, arn, () => 'Enabled', {
      why: `Images under ${name} can be pushed and pulled again, and are not lost when the key goes.`,
      warnings: [
        'If somebody has switched it off on purpose, so that nobody reads these images any more, leave it so.',
      ],
    })
    return true
  }
  const id = `--key-id ${arn} --region ${inventory.registry.region}`
  const isGoing = state === 'PendingDeletion' || state === 'PendingReplicaDeletion'
  draft.byHand({
    resource,
    why: `Its key ${name} cannot be used (${state}), so that no image can be read or copied.`,
    instructions: [
      ...(isGoing ? [`aws kms cancel-key-deletion ${id}`] : []),
      `aws kms enable-key ${id}`,
      'Make the plan again.',
    ],
  })
  return true
}

interface Obstacle {
  reason: string
  next: string
}

function obstacleTo(
  repository: RepositoryInventory,
  { inventory, baseline }: FixContext,
): Obstacle | undefined {
  const { kmsKey } = baseline.encryption
  if (kmsKey === undefined) {
    return {
      reason: 'Its encryption can only be changed by copying it, and nothing says with which key.',
      next: 'In holdfast.yaml: baseline: {encryption: {kmsKey: <ARN of a key of this Region>}}',
    }
  }
  const { registry } = inventory
  const { account = '', region } = parseArn(kmsKey) ?? {}
  if (region !== registry.region)
    return {
      reason: `The key of the baseline is in ${region}, and the repository in ${registry.region}.`,
      next: 'In holdfast.yaml: baseline: {encryption: {kmsKey: <ARN of a key of this Region>}}',
    }
  if (account !== registry.account && !baseline.audit.trustedAccounts.includes(account))
    return {
      reason: `The key of the baseline belongs to account ${account}, which could end every push and pull.`,
      next: `Name a key of this account, or in holdfast.yaml: audit: {trustedAccounts: ["${account}"]}`,
    }
  const tags = 'ok' in repository.tags ? repository.tags.ok : {}
  const stack = tags['aws:cloudformation:stack-name']
  if (stack === undefined) return undefined
  return {
    reason: `The CloudFormation stack ${stack} made it: another one in its place would not be the stack's.`,
    next: 'Make a second repository with the key in the stack, copy into it with holdfast restore --rename, and use that.',
  }
}

function whyOf({ encryption }: RepositoryInventory, kmsKey: string): string {
  const now = encryption.kmsKey ?? encryption.type
  return `Everything in it is copied into the vault, verified, and put back into a new repository of the same name that is encrypted with ${kmsKey} instead of ${now}.`
}

function warningsOf(repository: RepositoryInventory, context: FixContext): string[] {
  const images = 'ok' in repository.images ? repository.images.ok : undefined
  return [
    ...(images ? [sizeWords(images)] : []),
    'While it is put back pulls fail, and a push in the moment of the deletion is lost: choose a quiet time, and stop pipelines that push to it.',
    'Every image counts as pushed anew: lifecycle rules count days from then, pull times and scan findings begin again, and rules for push events see each of them.',
    ...(images?.some(({ status }) => status !== 'ACTIVE')
      ? [
          'Archived images are taken out for the copy, which ECR charges for and which takes about 20 minutes, and put back (90 days at least are charged again).',
        ]
      : []),
    ...cacheWords(repository, context),
    ...(repository.encryption.type === 'AES256'
      ? []
      : ['The grants of the earlier key go with the repository only if you may call kms:RetireGrant.']),
  ]
}

function sizeWords(images: readonly ImageInventory[]): string {
  const bytes = images.reduce((sum, image) => sum + image.bytes, 0)
  const tags = images.reduce((sum, image) => sum + image.tags.length, 0)
  const seconds = Math.ceil(bytes / bytesPerSecond + (images.length + tags) / putsPerSecond)
  const time = formatDuration(Math.max(seconds, 1) * 1000)
  return `${plural(images.length, 'image')}, at most ${formatBytes(bytes)}: about ${time} at 100 Mbit/s.`
}

function cacheWords({ name }: RepositoryInventory, { inventory }: FixContext): string[] {
  const rules = 'ok' in inventory.pullThroughRules ? inventory.pullThroughRules.ok : []
  const rule = rules.find(({ prefix }) => name.startsWith(`${prefix.replace(/\/$/, '')}/`))
  if (!rule) return []
  return [
    `The pull-through cache ${rule.prefix} fills it: a pull while it is missing makes it by the creation template, and then it is copied once more.`,
  ]
}
