import { type HeldPolicy, heldBy } from '../../access/minimize/held-policies.ts'
import type { Finding } from '../../controls/control.ts'
import { iamLeastPrivilege as control } from '../../controls/iam-least-privilege/control.ts'
import { isWrite, rightsOf } from '../../controls/identity-rights.ts'
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

/** As the control sees it, now or with the wishes. */
interface Seen extends Case {
  inventory: Inventory
}

function one(context: FixContext, about: Case): void {
  const { baseline, inventory, draft } = context
  const { holder, identities, finding } = about
  const wishes = wishesFor(holder, identities, baseline.identities)
  draftWishes(context, wishes)
  const left = hasWishes(wishes) ? after(context, { ...about, wishes }) : { ...about, inventory }
  if (!left) return
  const isWide = stillWide(left, context)
  const guess = isWide ? ' What it needs, its use tells, and no plan guesses it.' : ''
  draft.byHand({
    resource: finding.resource,
    why: `${left.finding.reason}${guess}`,
    instructions: instructionsFor(context, left, isWide),
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

/** What the control says when the wishes are fulfilled; undefined when it is content. */
function after(
  { inventory, baseline }: FixContext,
  { finding, holder, identities, wishes }: Case & { wishes: IdentityWishes },
): Seen | undefined {
  const wished = asWished(holder, identities, wishes)
  const then: Inventory = { ...inventory, identities: { ok: wished } }
  const judged = control.judge(then, baseline.audit)
  const [wrong] = judged.flatMap(({ verdict }) => (verdict.status === 'fail' ? [verdict] : []))
  const changed = [...wished.users, ...wished.roles][0] ?? holder
  return wrong && { finding: { ...finding, ...wrong }, holder: changed, identities: wished, inventory: then }
}

/** Not named, and may do something everywhere, or anything where only those that are named may. */
function stillWide({ holder, inventory, finding }: Seen, { baseline }: FixContext): boolean {
  const { writers } = baseline.audit
  if (finding.evidence?.['administrator'] === true || isNamedIn(writers, holder)) return false
  return (
    writers.length > 0 || rightsOf(holder, inventory).rights.some((each) => isWrite(each) && each.everywhere)
  )
}

function instructionsFor({ baseline }: FixContext, left: Seen, isWide: boolean): string[] {
  const { finding, holder, identities, inventory } = left
  const { evidence = {} } = finding
  const hasKeys = typeof evidence['activeKeys'] === 'number' && evidence['activeKeys'] > 0
  const named = isNamedIn(baseline.audit.writers, holder)
  // With a role of its own nobody needs the user any more.
  if (hasKeys && !named && isProgram(holder, inventory)) return roleInPlaceOfKeys(holder.name)
  const given = heldBy(holder, identities).policies.filter((policy) =>
    isGiving(policy, evidence['statements']),
  )
  return [
    ...(isWide ? smaller(holder, given) : []),
    ...(evidence['administrator'] === true && !hasKeys ? nameIt(holder) : []),
    ...(hasKeys ? (named ? newKey(holder.name) : withoutKeys(holder.name)) : []),
  ]
}

function isNamedIn(writers: readonly string[], { arn }: Holder): boolean {
  return writers.some((pattern) => matchesGlob(pattern, arn))
}

function isGiving({ name }: HeldPolicy, statements: unknown): boolean {
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

/** Nobody who signs in. */
function isProgram({ arn }: Holder, { credentials }: Inventory): boolean {
  const row = 'ok' in credentials ? credentials.ok.find((each) => each.arn === arn) : undefined
  return row?.password === false && !row.mfa
}
