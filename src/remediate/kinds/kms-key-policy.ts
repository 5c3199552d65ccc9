import type { KeyAbility } from '../../access/key-actions.ts'
import { abilitiesOf, keyGrants, outsiderName } from '../../controls/key-policy.ts'
import { readPolicy } from '../../controls/policy-verdict.ts'
import { sentTo } from '../call.ts'
import type { Kind, Target } from '../kind.ts'
import type { Place } from '../place.ts'
import { whyNoWayBack } from '../policies/deleted.ts'
import { keyId } from './kms-key.ts'
import { policyLines, sameText } from './policy-text.ts'

/** Who may use a key and change it; the resource is the key's ARN. A key has exactly one policy. */
export const kmsKeyPolicy: Kind<string> = {
  name: 'kms-key-policy',
  title: 'policy of key',
  reads: ({ resource }) => [{ action: 'kms:GetKeyPolicy', resource }],
  read: async (door, { resource, region }) => {
    const { Policy } = await door.ask('kms', 'GetKeyPolicy', {
      ...{ input: { KeyId: resource, PolicyName: 'default' }, region, resource },
    })
    return { state: Policy ?? null }
  },
  calls: ({ resource: KeyId, region, to }) => {
    if (to === null) return []
    const input = { KeyId, PolicyName: 'default', Policy: to }
    const needs = [{ action: 'kms:PutKeyPolicy', resource: KeyId }]
    return sentTo(region, [{ service: 'kms', operation: 'PutKeyPolicy', input, needs }])
  },
  risk: () => 'visible',
  irreversible: ({ from, place }) => whyNoWayBack(from, place.account),
  isSame: sameText,
  lines: policyLines,
  // Of other accounts alone: who of the own account may use it, its own policies say.
  access: ({ from, to, place, ...target }) => {
    const [before, after] = [outsidersOf(from, target, place), outsidersOf(to, target, place)]
    return { gains: only(after, before), loses: only(before, after) }
  },
  cloudformation: ({ resource }, text) => ({
    type: 'AWS::KMS::Key',
    part: true,
    properties: { KeyPolicy: JSON.parse(text) },
    identifier: { KeyId: keyId(resource) },
  }),
  terraform: ({ resource }, text) => ({
    type: 'aws_kms_key_policy',
    arguments: { key_id: keyId(resource), policy: text },
    importId: keyId(resource),
  }),
}

/** `444455556666: read and write with it`. */
function outsidersOf(text: string | null, { resource: arn }: Target, place: Place): Set<string> {
  const policy = readPolicy({ ok: text })
  if (policy.unreadable !== undefined) return new Set()
  const guests = keyGrants(policy, { account: place.account, arn }, place.partition).flatMap(
    (grant) => grant.guests,
  )
  return new Set(
    guests.flatMap((guest) => {
      const who = guest.kind === 'anybody' ? guest.name : outsiderName(guest)
      return [...abilitiesOf([guest])].map((ability) => `${who}: ${words[ability]}`)
    }),
  )
}

const words: Record<KeyAbility, string> = {
  use: 'read and write with it',
  grant: 'hand its use on',
  control: 'change or delete it',
}

function only(these: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...these].filter((line) => !others.has(line)).sort()
}
