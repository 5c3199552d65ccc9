import type { Finding } from '../../controls/control.ts'
import { kmsKeyCare as control } from '../../controls/kms-key-care/control.ts'
import type { Inventory, KmsKey } from '../../inventory/inventory.ts'
import type { Baseline } from '../baseline.ts'
import type { Fix, FixContext } from '../fix.ts'
import type { Target } from '../kind.ts'
import { kmsKeyPolicy } from '../kinds/kms-key-policy.ts'
import { kmsRotation, yearly } from '../kinds/kms-rotation.ts'
import { withoutDeleted } from '../policies/deleted.ts'
import { everybodyKnown } from '../policies/known-accounts.ts'
import { mend, type namedIn, type Way } from '../policies/mend.ts'
import { remove, withoutPrincipals } from '../policies/ways.ts'

export const kmsKeyCare: Fix = {
  control: 'kms-key-care',
  propose: (context) => {
    for (const finding of context.findings) {
      const key = keyOf(context.inventory, finding)
      if (!key) continue
      if (key.account === context.inventory.registry.account) ownKey(context, finding, key)
      else foreignKey(context, finding, key)
    }
  },
}

function keyOf({ keys }: Inventory, { resource }: Finding): KmsKey | undefined {
  return Object.values(keys).flatMap((key) => ('ok' in key && key.ok.arn === resource ? [key.ok] : []))[0]
}

function ownKey(context: FixContext, { resource, evidence }: Finding, key: KmsKey): void {
  const { inventory, draft } = context
  const target: Target = {
    resource,
    ...(key.region !== inventory.registry.region && { region: key.region }),
  }
  if (evidence?.['rotation'] === false)
    draft.change(kmsRotation, target, (state) => state ?? yearly, {
      why: 'AWS makes new material for the key every year. Old images stay readable, and nobody notices.',
    })
  if (evidence?.['statements'] !== undefined) policyOf(context, target, key)
}

function policyOf({ inventory, baseline, draft }: FixContext, target: Target, key: KmsKey): void {
  const mended = (text: string | null) => mendedPolicy(text, { inventory, baseline, key })
  const now = 'ok' in key.policy ? key.policy.ok : null
  if (typeof mended(now) !== 'string')
    draft.leave({
      resource: key.arn,
      reason: 'No small edit of its policy keeps strangers out.',
      next: `Edit it yourself: aws kms get-key-policy --key-id ${key.arn} --policy-name default; or name the account in holdfast.yaml, under audit: trustedAccounts.`,
    })
  else
    draft.change(kmsKeyPolicy, target, (text) => mended(text) ?? text, {
      why: 'Only this account, and those that are trusted, use the key.',
      warnings: [
        'Whoever is taken out cannot read any more what was encrypted for him with this key: ask him first.',
      ],
    })
}

interface Keeping {
  inventory: Inventory
  baseline: Baseline
  key: KmsKey
}

/** The smallest edit that the control accepts. The statement of the own account is never touched. */
function mendedPolicy(text: string | null, { inventory, baseline, key }: Keeping): string | null | undefined {
  const { registry } = inventory
  const judge = (policy: string | null) => {
    const rotated: KmsKey = { ...key, rotation: { ok: true }, policy: { ok: policy } }
    const alone = { ...inventory, keys: { [key.arn]: { ok: rotated } } }
    const [judged] = control.judge(alone, baseline.audit).filter(({ resource }) => resource === key.arn)
    return judged?.verdict ?? { status: 'unknown' as const, reason: 'The key was not judged.' }
  }
  const known = [registry.account, ...baseline.audit.trustedAccounts]
  const isStranger = (id: string) => {
    const account = /^\d{12}$/.test(id) ? id : /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(id)?.[1]
    return account !== undefined && !known.includes(account)
  }
  const strangers: Way = (statement) => {
    const left = withoutPrincipals(isStranger)(statement)
    return JSON.stringify(left) === JSON.stringify([statement]) ? undefined : left
  }
  const ways = [
    strangers,
    // The key of all conditions that KMS itself fills in, also for services that act for somebody.
    everybodyKnown(baseline, registry, 'kms:CallerAccount'),
    remove,
  ]
  const left = mend(text, { judge, wrong: statementsIn, ways })
  return left && withoutDeleted(left, registry.account)
}

/** Its evidence holds the names themselves. */
const statementsIn: ReturnType<typeof namedIn> = ({ evidence }) => {
  const list = evidence?.['statements']
  return Array.isArray(list) ? list.map(String) : undefined
}

function foreignKey({ draft }: FixContext, { resource, evidence }: Finding, { account }: KmsKey): void {
  const rotate = `aws kms enable-key-rotation --key-id ${resource}`
  const policy = `aws kms get-key-policy --key-id ${resource} --policy-name default`
  draft.byHand({
    resource,
    why: `The key belongs to account ${account}, and only that account changes it.`,
    instructions: [
      `With credentials of account ${account}:`,
      ...(evidence?.['rotation'] === false ? [rotate] : []),
      ...(evidence?.['statements'] === undefined ? [] : [policy]),
    ],
  })
}
