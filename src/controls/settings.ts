/** What the user expects, from `audit:` in holdfast.yaml. Without it, controls that need it do not apply. */
export interface AuditSettings {
  /** ARNs or globs of the KMS keys that may encrypt repositories; empty: any customer managed key. */
  allowedKeys: readonly string[]
  /** Other accounts that repository policies may name. */
  trustedAccounts: readonly string[]
  /** Organizations (`o-...`) whose accounts are trusted. */
  trustedOrganizations: readonly string[]
  /** Globs of repositories that must have a policy of their own. */
  requirePolicy: readonly string[]
  /** Globs of repositories that may be used from named networks only. */
  requireNetworkGuard: readonly string[]
  /** Globs of names of public repositories that are meant to be public. */
  intendedPublic: readonly string[]
  /** Globs of the ARNs of users and roles that may push, delete or configure. */
  writers: readonly string[]
  /** Repositories without a pull for so many days are unused. */
  unusedAfterDays: number
  /** Days that a finding of a severity may stay open. */
  fixWithinDays: { critical: number; high: number }
  /** Resource tags of which a repository must have one. */
  ownerTags: readonly string[]
  /** Access keys older than this are too old. */
  accessKeyDays: number
}

export const defaultSettings: AuditSettings = {
  allowedKeys: [],
  trustedAccounts: [],
  trustedOrganizations: [],
  requirePolicy: [],
  requireNetworkGuard: [],
  intendedPublic: [],
  writers: [],
  unusedAfterDays: 90,
  fixWithinDays: { critical: 14, high: 30 },
  ownerTags: ['owner', 'team', 'contact', 'maintainer'],
  accessKeyDays: 90,
}
