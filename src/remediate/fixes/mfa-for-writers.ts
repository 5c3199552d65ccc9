import { denyPolicy, denyPolicyName } from '../../access/mfa-use/deny.ts'
import type { Finding } from '../../controls/control.ts'
import { mfaForWriters as control } from '../../controls/mfa-for-writers/control.ts'
import type { AuditSettings } from '../../controls/settings.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamUser, UserCredentials } from '../../inventory/neighbours.ts'
import type { Fix, FixContext } from '../fix.ts'
import { holderPath } from '../kinds/holder.ts'
import { inlinePolicy } from '../kinds/inline-policy.ts'
import { inUse, roleInPlaceOfKeys, usesInWords } from './access-keys.ts'

/** The same that `holdfast access mfa` offers; attached to people, and never to a role. */
export const mfaForWriters: Fix = {
  control: 'mfa-for-writers',
  propose: (context) => {
    for (const finding of context.findings) {
      const found = personOf(context.inventory, finding)
      if (found) one(context, finding, found)
    }
  },
}

interface Person {
  user: IamUser
  row: UserCredentials
}

const document = JSON.stringify(denyPolicy(false))

function one({ inventory, baseline, draft }: FixContext, { resource }: Finding, { user, row }: Person): void {
  const used = inUse(row, inventory.collectedAt)
  const isProgram = !row.password && !row.mfa
  if (isProgram)
    draft.byHand({
      resource,
      why: `${user.name} has keys and nothing else (${usesInWords(row.keys.filter(({ active }) => active))}): a program, which has no second factor. A role needs none.`,
      instructions: roleInPlaceOfKeys(user.name),
    })
  else if (inventory.registry.identity === user.arn)
    draft.byHand({ resource, why: itself, instructions: byItself(user.name, row.mfa) })
  else if (used.length > 0 && !row.mfa)
    draft.byHand({
      resource,
      why: `Its key is in use (${usesInWords(used)}), and without a device there is no session that could take its place.`,
      instructions: [...deviceFor(user.name), ...attach(user.name)],
    })
  else if (isFull(user))
    draft.byHand({
      resource,
      why: `Its inline policies leave no room: IAM takes ${longestInline} characters of a user in all.`,
      instructions: attachManaged(inventory, user.name),
    })
  else if (!wouldPass(inventory, user, baseline.audit))
    draft.leave({
      resource,
      reason: 'With the deny policy it would still get by: another policy of it cannot be read.',
      next: `holdfast access mfa says why; then: ${attach(user.name)[0]}`,
    })
  else {
    draft.change(inlinePolicy, `${holderPath(user.arn)}/${denyPolicyName}`, () => document, {
      why: 'Images and settings are changed with a second factor only. Pulling is as before.',
      warnings: breaks(user, row),
    })
  }
}

const itself =
  'The plan is made with this key: with the policy it could not go on with it. Go over to a session with a second factor, or a role.'

function byItself(name: string, hasDevice: boolean): string[] {
  return [
    ...(hasDevice ? [] : deviceFor(name)),
    `aws iam list-mfa-devices --user-name ${name}`,
    'aws sts get-session-token --serial-number SERIAL --token-code CODE',
    'Use that session from now on, here too; then:',
    ...attach(name),
  ]
}

function attach(name: string): string[] {
  return [
    'holdfast access mfa --policy > deny.json',
    `aws iam put-user-policy --user-name ${name} --policy-name ${denyPolicyName} --policy-document file://deny.json`,
  ]
}

/** White space not counted. */
const longestInline = 2048

function isFull({ inline }: IamUser): boolean {
  const others = inline.filter(({ name }) => name !== denyPolicyName).map((policy) => policy.document)
  return [...others, document].join('').replace(/\s/g, '').length > longestInline
}

function attachManaged({ registry }: Inventory, user: string): string[] {
  const arn = `arn:${registry.partition}:iam::${registry.account}:policy/${denyPolicyName}`
  return [
    'holdfast access mfa --policy > deny.json',
    `aws iam create-policy --policy-name ${denyPolicyName} --policy-document file://deny.json`,
    `aws iam attach-user-policy --user-name ${user} --policy-arn ${arn}`,
  ]
}

/** What the user sees is scanned with an app; only the user has it. */
function deviceFor(name: string): string[] {
  return [
    `aws iam create-virtual-mfa-device --virtual-mfa-device-name ${name} --outfile device.png --bootstrap-method QRCodePNG`,
    `aws iam enable-mfa-device --user-name ${name} --serial-number SERIAL --authentication-code1 CODE --authentication-code2 NEXT-CODE`,
  ]
}

/** What it breaks, first. */
function breaks({ name }: IamUser, row: UserCredentials): string[] {
  const keys = row.keys.filter(({ active }) => active)
  const session = 'aws sts get-session-token with a code of its device does'
  return [
    ...(keys.length > 0
      ? [`The key of ${name} (${usesInWords(keys)}) changes nothing any more by itself; ${session}.`]
      : []),
    ...(row.mfa
      ? []
      : [`${name} has no device, and changes nothing until it has one (aws iam enable-mfa-device).`]),
  ]
}

function personOf({ identities, credentials }: Inventory, { resource }: Finding): Person | undefined {
  const users = 'ok' in identities ? identities.ok.users : []
  const rows = 'ok' in credentials ? credentials.ok : []
  const user = users.find(({ arn }) => arn === resource)
  const row = rows.find(({ arn }) => arn === resource)
  return user && row && { user, row }
}

/** As the control sees it when nobody else is there. */
function wouldPass(inventory: Inventory, user: IamUser, settings: AuditSettings): boolean {
  const { identities } = inventory
  if (!('ok' in identities)) return false
  const others = user.inline.filter(({ name }) => name !== denyPolicyName)
  const guarded = { ...user, inline: [...others, { name: denyPolicyName, document }] }
  const alone = { ...inventory, identities: { ok: { ...identities.ok, users: [guarded], roles: [] } } }
  const judged = control.judge(alone, settings)
  return judged.every(({ verdict }) => verdict.status === 'pass')
}
