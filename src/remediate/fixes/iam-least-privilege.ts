import { type HeldPolicy, heldBy } from '../../access/minimize/held-policies.ts'
import type { Finding } from '../../controls/control.ts'
import { iamLeastPrivilege as control } from '../../controls/iam-least-privilege/control.ts'
import { matchesGlob } from '../../core/glob.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'
import type { Fix, FixContext } from '../fix.ts'
import { holderPath } from '../kinds/holder.ts'
import { inlinePolicy } from '../kinds/inline-policy.ts'
import { managedPolicy, newVersion } from '../kinds/managed-policy.ts'
import { policyAttachment } from '../kinds/policy-attachment.ts'
import { newKey, roleInPlaceOfKeys, withoutKeys } from './access-keys.ts'
import { asWished, hasWishes, type IdentityWishes, wishesFor } from './identity-wishes.ts'

/**
 * What somebody needs, the inventory does not tell: the use of months does, which `holdfast access minimize` reads. So a
 * plan puts only policies that holdfast.yaml has, and tells how to get at them otherwise.
 */
export const iamLeastPrivilege: Fix = {
  control: 'iam-least-privilege',
  propose: (context) => {
    const { identities } = context.inventory
    if ('error' in identities) return
    const holders: Holder[] = [...identities.ok.users, ...identities.ok.roles]
    for (const finding of context.findings) {
      const holder = holders.find(({ arn }) => arn === finding.resource)
      if (holder) one(context, { finding, holder, identities: identities.ok })
    }
  },
}

type Holder = IamUser | IamRole

interface Case {
  finding: Finding
  holder: Holder
  identities: Identities
}

function one(context: FixContext, about: Case): void {
  const { baseline, inventory, draft } = context
  const { holder, identities, finding } = about
  const wishes = wishesFor(holder, identities, baseline.identities)
  draftWishes(context, wishes)
  const left = hasWishes(wishes)
    ? stillFails(inventory, asWished(holder, identities, wishes), context)
    : finding
  if (!left) return
  draft.byHand({
    resource: finding.resource,
    why: `${left.reason} What it needs, its use tells, and no plan guesses it.`,
    instructions: instructionsFor(context, { ...about, finding: { ...finding, ...left } }),
  })
}

function draftWishes({ draft }: FixContext, { inline, managed, detach }: IdentityWishes): void {
  const why = 'It may do what holdfast.yaml says, and no more.'
  for (const { target, document } of inline) draft.change(inlinePolicy, target, () => document, { why })
  for (const { arn, document } of managed)
    draft.change(managedPolicy, arn, (state) => newVersion(state, document), {
      why,
      warnings: ['Everybody who has this policy is affected. The version of now is kept, to return to.'],
    })
  for (const target of detach)
    draft.change(policyAttachment, target, () => null, { why: 'It has smaller policies in its place.' })
}

function stillFails(
  inventory: Inventory,
  identities: Identities,
  { baseline }: FixContext,
): Pick<Finding, 'reason' | 'evidence'> | undefined {
  const judged = control.judge({ ...inventory, identities: { ok: identities } }, baseline.audit)
  return judged.flatMap(({ verdict }) => (verdict.status === 'fail' ? [verdict] : []))[0]
}

function instructionsFor(
  { baseline, inventory }: FixContext,
  { finding, holder, identities }: Case,
): string[] {
  const { evidence = {} } = finding
  const named = baseline.audit.writers.some((pattern) => matchesGlob(pattern, holder.arn))
  const wide = evidence['administrator'] !== true && !named
  const hasKeys = typeof evidence['activeKeys'] === 'number' && evidence['activeKeys'] > 0
  const given = heldBy(holder, identities).policies.filter((policy) =>
    isNamed(policy, evidence['statements']),
  )
  return [
    ...(wide ? smaller(holder, given) : []),
    ...(evidence['administrator'] === true && !hasKeys ? nameIt(holder) : []),
    ...(hasKeys ? keysOf(holder, { named, isProgram: isProgram(holder, inventory) }) : []),
  ]
}

function isNamed({ name }: HeldPolicy, statements: unknown): boolean {
  return Array.isArray(statements) && statements.some((one) => String(one).endsWith(` of ${name}`))
}

/** The policy by its use, then by a plan, which previews it and can take it back; or at once. */
function smaller(holder: Holder, given: readonly HeldPolicy[]): string[] {
  const path = holderPath(holder.arn)
  const short = `${path.slice(0, path.indexOf('/'))}/${holder.name}`
  return [
    `holdfast access minimize ${short}`,
    `holdfast access minimize ${short} --policy > policy.json`,
    ...given.flatMap((policy) => inPlaceOf(holder, policy)),
    'Rather by a plan, with a preview and a way back: put the policy into holdfast.yaml, under baseline: identities: policies (and detach), and plan again.',
  ]
}

function inPlaceOf(holder: Holder, { kind, name, arn, group }: HeldPolicy): string[] {
  const type = holder.arn.includes(':role/') ? 'role' : 'user'
  const put = (policy: string) =>
    `aws iam put-${type}-policy --${type}-name ${holder.name} --policy-name ${policy} --policy-document file://policy.json`
  if (group !== undefined)
    return [
      put('ecr'),
      'Whatever else the group gives goes, too:',
      `aws iam remove-user-from-group --user-name ${holder.name} --group-name ${group}`,
    ]
  if (kind === 'inline' || arn === undefined) return [put(name)]
  return [put('ecr'), `aws iam detach-${type}-policy --${type}-name ${holder.name} --policy-arn ${arn}`]
}

function nameIt({ arn }: Holder): string[] {
  return [`An administrator who is meant to be one is named in holdfast.yaml: audit: {writers: ['${arn}']}`]
}

/** Whom the settings name may have a key, as long as it is not old. */
function keysOf({ name }: Holder, { named, isProgram }: { named: boolean; isProgram: boolean }): string[] {
  if (named) return newKey(name)
  return isProgram ? roleInPlaceOfKeys(name) : withoutKeys(name)
}

/** Nobody who signs in. */
function isProgram({ arn }: Holder, { credentials }: Inventory): boolean {
  const row = 'ok' in credentials ? credentials.ok.find((each) => each.arn === arn) : undefined
  return row?.password === false && !row.mfa
}
