import type { Grant, Guest } from '../../access/grant.ts'
import type { KeyAbility } from '../../access/key-actions.ts'
import type { Answer, Inventory, KmsKey, MissingAnswer } from '../../inventory/inventory.ts'
import {
  fail,
  type Judged,
  notApplicable,
  pass,
  type ResourceControl,
  registryArn,
  type Severity,
  unknown,
  type Verdict,
} from '../control.ts'
import { clip, join, statementWords } from '../grant-words.ts'
import { abilitiesOf, keyGrants, outsiderName, outsidersOf } from '../key-policy.ts'
import { notJudged, readPolicy, unclearVerdict } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { isCertain } from '../trust.ts'

export const kmsKeyCare: ResourceControl = {
  id: 'kms-key-care',
  title: 'Keys of repositories are rotated, and no stranger may use them',
  severity: 'medium',
  why: 'Whoever may use the key is one step from the images, and whoever may delete it can destroy them all.',
  needs: [
    'ecr:DescribeRepositories',
    'ecr:DescribeRepositoryCreationTemplates',
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
    'kms:GetKeyPolicy',
  ],
  mappings: [
    { framework: 'FSBP', ids: ['KMS.5'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'AC-6', 'SC-12', 'SC-12(2)'] },
    { framework: 'PCI DSS 4.0.1', ids: ['3.6.1', '3.7.4'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.24'] },
  ],
  fix: 'Switch on the yearly rotation of the key, and take strangers out of its policy.',
  scope: 'resource',
  judge: (inventory, settings) => {
    const found = new Map<string, Verdict>()
    for (const [name, key] of Object.entries(inventory.keys)) {
      const arn = 'ok' in key ? key.ok.arn : name
      if (!found.has(arn)) found.set(arn, judgeAnswer(key, inventory, settings))
    }
    const keys: Judged[] = [...found].map(([resource, verdict]) => ({ resource, verdict }))
    const resource = registryArn(inventory)
    // Without these lists there may be keys that nobody asked for.
    const missing = [inventory.repositories, inventory.templates].find((answer) => 'error' in answer)
    if (missing && 'error' in missing) return [...keys, { resource, verdict: unknown(missing.error) }]
    return keys.length > 0 ? keys : [{ resource, verdict: none }]
  },
}

const none = notApplicable('No repository and no creation template uses a key of KMS.')
const ofAws = notApplicable('AWS manages the key: it rotates it every year, and nobody else can change it.')

function judgeAnswer(key: Answer<KmsKey>, inventory: Inventory, settings: AuditSettings): Verdict {
  if ('ok' in key) return key.ok.manager === 'AWS' ? ofAws : judgeKey(key.ok, inventory, settings)
  if (key.error.code !== 'NotFoundException') return unknown(key.error)
  return notApplicable('KMS does not know the key any more; kms-customer-key says what that means.')
}

/** What one side of a key comes to: something wrong, an answer that is missing, or words for a pass. */
type Side = { wrong: Verdict } | { open: Verdict } | { good: string }

/** What is certainly wrong counts whatever else is missing; a pass needs both sides. */
function judgeKey(key: KmsKey, { registry }: Inventory, settings: AuditSettings): Verdict {
  const sides = [policySide(key, registry, settings), rotationSide(key)]
  const wrong = sides.flatMap((side) => ('wrong' in side ? [side.wrong] : []))
  const [first] = wrong
  if (first) {
    const reason = wrong.map((verdict) => verdict.reason).join(' ')
    const evidence = Object.assign({}, ...wrong.map((verdict) => verdict.evidence)) as Record<string, unknown>
    return { ...first, reason, evidence }
  }
  const open = sides.flatMap((side) => ('open' in side ? [side.open] : []))[0]
  if (open) return open
  return pass(sides.flatMap((side) => ('good' in side ? [side.good] : [])).join(' '))
}

function rotationSide({ origin, rotation, state, account }: KmsKey): Side {
  if (origin !== 'AWS_KMS') return { good: `Its material comes from ${origin}, which AWS does not rotate.` }
  // KMS says no for a key that is not enabled, whatever was set; that it is not is for kms-customer-key to say.
  if (state !== 'Enabled' && state !== 'Updating') return { good: `Not rotated while it is ${state}.` }
  if ('error' in rotation) return { open: unknown(rotation.error) }
  if (rotation.ok) return { good: 'Rotated by AWS.' }
  return { wrong: fail('Never rotated.', { rotation: false, account }) }
}

function policySide(
  key: KmsKey,
  { account: own, partition }: Inventory['registry'],
  settings: AuditSettings,
): Side {
  const { policy, account } = key
  if ('error' in policy) return { open: unreadFor(policy.error, account, own) }
  if (policy.ok === null || policy.ok === '') return { open: notJudged('KMS gave no policy for the key') }
  const parsed = readPolicy(policy)
  if (parsed.unreadable !== undefined) return { open: notJudged(parsed.unreadable) }
  // For a key of another account this one is the stranger that was let in.
  const trusted = { ...settings, trustedAccounts: [...settings.trustedAccounts, own] }
  const found = keyGrants(parsed, key, partition).map((grant) => ({
    ...grant,
    guests: outsidersOf(grant, trusted),
  }))
  const only = (choose: (guest: Guest) => boolean) =>
    found
      .map((grant) => ({ ...grant, guests: grant.guests.filter(choose) }))
      .filter(({ guests }) => guests.length > 0)
  const open = only((guest) => guest.kind === 'anybody' && isCertain(guest))
  if (open.length > 0) return { wrong: wideOpen(open) }
  const beyond = only((guest) => guest.kind !== 'unplaced' && isCertain(guest))
  if (beyond.length > 0) return { wrong: toStrangers(beyond) }
  const unclear = only(() => true)
  if (unclear.length > 0) return { open: unclearVerdict(unclear) }
  return { good: 'Its policy lets in nobody beyond the account and those that are trusted.' }
}

/** KMS shows the policy of a key to its own account only. */
function unreadFor(error: MissingAnswer, account: string, own: string): Verdict {
  if (account === own) return unknown(error)
  const verdict = unknown(error)
  return { ...verdict, reason: `${verdict.reason}; only account ${account} can read the policy of its key.` }
}

function wideOpen(grants: readonly Grant[]): Verdict {
  const abilities = abilitiesOf(grants.flatMap(({ guests }) => guests))
  const [first] = grants
  const where = first ? ` (${statementWords(first)})` : ''
  const verdict = fail(`Any AWS account may ${abilityWords(abilities)}${where}.`, {
    statements: grants.slice(0, 10).map((grant) => clip(grant.statement)),
    deceptive: grants.flatMap(({ traps }) => traps.slice(0, 5).map((text) => clip(text))).slice(0, 10),
  })
  return { ...verdict, severity: 'critical' }
}

function toStrangers(found: readonly Grant[]): Verdict {
  const guests = found.flatMap((grant) => grant.guests)
  const names = [...new Set(guests.map(outsiderName))]
  const abilities = abilitiesOf(guests)
  const severity: Severity | undefined = abilities.has('control') ? 'high' : undefined
  const shown = join(names.slice(0, 5).map((name) => clip(name)))
  const statements = found.map(({ statement }) => clip(statement))
  const verdict = fail(`${shown}, not among those that are trusted, may ${abilityWords(abilities)}.`, {
    strangers: names.slice(0, 20).map((name) => clip(name)),
    statements: statements.slice(0, 10),
  })
  return { ...verdict, ...(severity && { severity }) }
}

const words: [KeyAbility, string][] = [
  ['control', 'change or delete the key'],
  ['grant', 'hand its use on'],
  ['use', 'read and write with it'],
]

function abilityWords(abilities: ReadonlySet<KeyAbility>): string {
  return join(words.filter(([ability]) => abilities.has(ability)).map(([, text]) => text))
}
