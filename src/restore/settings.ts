import { parseArn } from '../core/arn.ts'
import { HoldfastError } from '../core/errors.ts'
import { matchesGlob } from '../core/glob.ts'
import { canonicalText } from '../vault/canonical.ts'
import type { RegistryIdentity, RepositorySettings } from '../vault/format.ts'
import type { RestoreOptions } from './report.ts'

/** What a restore would do about the settings of one repository, and what people should know about it. */
export interface SettingsPlan {
  settings: RepositorySettings
  warnings: string[]
}

/** Members that can be set after creation, in the words of the warnings. */
const changeable = {
  policy: 'policy',
  lifecyclePolicy: 'lifecycle policy',
  resourceTags: 'resource tags',
  scanOnPush: 'scan on push',
  tagMutability: 'tag mutability',
} as const

type Changeable = keyof typeof changeable

export function planSettings(
  wanted: RepositorySettings,
  found: RepositorySettings | undefined,
  mode: NonNullable<RestoreOptions['settings']>,
): SettingsPlan {
  if (mode === 'none') return { settings: {}, warnings: [] }
  const settings: Record<string, unknown> = {}
  const warnings: string[] = []
  for (const name of Object.keys(changeable) as Changeable[]) {
    const value = wanted[name]
    if (value === undefined || canonicalText(value) === canonicalText(found?.[name] ?? null)) continue
    if (!found || mode === 'overwrite' || isUnset(name, found)) settings[name] = value
    else warnings.push(`its ${changeable[name]} differs from the snapshot's and is left as it is`)
  }
  return { settings, warnings }
}

/** What a repository has when nobody has set anything. */
function isUnset(name: Changeable, found: RepositorySettings): boolean {
  if (name === 'scanOnPush') return found.scanOnPush !== true
  if (name === 'tagMutability') return (found.tagMutability?.mode ?? 'MUTABLE') === 'MUTABLE'
  if (name === 'resourceTags') return Object.keys(found.resourceTags ?? {}).length === 0
  return found[name] === undefined
}

/**
 * What a new repository gets at its creation. A KMS key belongs to one account and Region: elsewhere the repository
 * gets the key that AWS manages there, or the one that was named.
 */
export function creationSettings(
  wanted: RepositorySettings,
  { from, to }: { from: RegistryIdentity; to: RegistryIdentity },
  options: Pick<RestoreOptions, 'kmsKey' | 'settings'>,
): SettingsPlan {
  const settings =
    options.settings === 'none' ? { ...(wanted.encryption && { encryption: wanted.encryption }) } : wanted
  const { encryption } = settings
  if (options.kmsKey !== undefined) {
    const type = encryption?.type === 'KMS_DSSE' ? 'KMS_DSSE' : 'KMS'
    return { settings: { ...settings, encryption: { type, kmsKey: options.kmsKey } }, warnings: [] }
  }
  const samePlace = from.account === to.account && from.region === to.region
  if (!encryption?.kmsKey || samePlace || to.kind !== 'ecr') return { settings, warnings: [] }
  const warning = `its KMS key ${encryption.kmsKey} cannot be used there: the AWS managed key is used instead (--kms-key names another)`
  return { settings: { ...settings, encryption: { type: encryption.type } }, warnings: [warning] }
}

/** A key of another Region would be refused by AWS for each repository, after the first ones were made. */
export function refuseForeignKey(key: string | undefined, to: RegistryIdentity): void {
  const why = key === undefined ? undefined : whyForeign(key, to)
  if (why === undefined) return
  const next = `Name a key of the target's Region: arn:aws:kms:${to.region ?? 'REGION'}:ACCOUNT:key/ID`
  throw new HoldfastError('usage', { what: `The KMS key ${key} cannot be used at the target.`, why, next })
}

function whyForeign(key: string, to: RegistryIdentity): string | undefined {
  const arn = parseArn(key)
  if (to.kind !== 'ecr') return `${to.url} is no ECR registry.`
  if (arn?.service !== 'kms') return 'It is not the ARN of a KMS key.'
  return arn.region === to.region
    ? undefined
    : `It is a key of ${arn.region}; the registry is in ${to.region}.`
}

export function encryptionWarning(wanted: RepositorySettings, found: RepositorySettings): string[] {
  const same = (wanted.encryption?.type ?? 'AES256') === (found.encryption?.type ?? 'AES256')
  return same
    ? []
    : ['it exists with another encryption than in the snapshot, which cannot be changed (ecr-facts 2.2)']
}

/** ecr-facts 2.3: exclusions turn the mode around for the tags that they match. */
export function isImmutableTag(settings: RepositorySettings | undefined, tag: string): boolean {
  const { mode, exclusions } = settings?.tagMutability ?? { mode: 'MUTABLE', exclusions: [] }
  const excluded = exclusions.some((filter) => matchesGlob(filter, tag))
  return mode.startsWith('IMMUTABLE') ? !excluded : excluded
}
