import type { Call, Json } from '../call.ts'
import type { Door } from '../door.ts'
import type { CloudFormationResource, Kind, Target } from '../kind.ts'
import type { Place } from '../place.ts'
import { accessLines } from './access-lines.ts'
import { type Holder, holderIn, iamWords, noSuchEntity } from './holder.ts'
import { managedDocument } from './managed-document.ts'

/** Whether somebody has a managed policy; the resource is both, `user/dora:arn:aws:iam::aws:policy/ReadOnlyAccess`. */
export const policyAttachment: Kind<'attached'> = {
  name: 'policy-attachment',
  title: 'managed policy of',
  reads: (target, place) => {
    const { holder } = attachmentIn(target, place)
    return [{ action: `iam:ListAttached${iamWords[holder.type]}Policies`, resource: holder.arn }]
  },
  read: async (door, target) => ({ state: (await isAttached(door, target)) ? 'attached' : null }),
  calls: ({ to, place, ...target }) => [call(to === null ? 'Detach' : 'Attach', target, place)],
  risk: () => 'visible',
  lines: (state) => [state],
  access: ({ to, place, ...target }, inventory) => {
    const { holder, policy } = attachmentIn(target, place)
    const document = to === null ? null : managedDocument(inventory, policy)
    // Nothing is known of a policy that the same plan makes.
    if (document === undefined) return { gains: [], loses: [] }
    return accessLines(inventory, { identityPolicy: { principal: holder.arn, name: policy, document } })
  },
  cloudformation: (target, _, place) => template(attachmentIn(target, place)),
  terraform: (target, _, place) => {
    const { holder, policy } = attachmentIn(target, place)
    return {
      type: `aws_iam_${holder.type}_policy_attachment`,
      arguments: { [holder.type]: holder.name, policy_arn: policy },
      importId: `${holder.name}/${policy}`,
    }
  },
}

/** The target of a holder and a policy, both by ARN. */
export function attachmentOf(holder: string, policy: string): string {
  return `${holder.split(':').slice(5).join(':')}:${policy}`
}

interface Attachment {
  holder: Holder
  /** Its ARN. */
  policy: string
}

function attachmentIn({ resource }: Target, place: Place): Attachment {
  const end = resource.indexOf(':arn:')
  return { holder: holderIn(resource.slice(0, end), place), policy: resource.slice(end + 1) }
}

async function isAttached(door: Door, target: Target): Promise<boolean> {
  const { holder, policy } = attachmentIn(target, door.place)
  let marker: string | undefined
  do {
    const page = await pageOf(door, holder, { region: target.region, marker })
    if (page?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policy)) return true
    marker = page?.Marker
  } while (marker !== undefined)
  return false
}

async function pageOf(
  door: Door,
  { type, name, arn: resource }: Holder,
  { region, marker }: { region: string | undefined; marker: string | undefined },
) {
  const page = { MaxItems: 100, ...(marker !== undefined && { Marker: marker }) }
  const asked = { region, resource, absent: noSuchEntity }
  if (type === 'role')
    return door.find('iam', 'ListAttachedRolePolicies', { input: { RoleName: name, ...page }, ...asked })
  if (type === 'group')
    return door.find('iam', 'ListAttachedGroupPolicies', { input: { GroupName: name, ...page }, ...asked })
  return door.find('iam', 'ListAttachedUserPolicies', { input: { UserName: name, ...page }, ...asked })
}

function call(verb: 'Attach' | 'Detach', target: Target, place: Place): Call {
  const { holder, policy } = attachmentIn(target, place)
  const word = iamWords[holder.type]
  const operation = `${verb}${word}Policy`
  const input: { [key: string]: Json } = { [`${word}Name`]: holder.name, PolicyArn: policy }
  return { service: 'iam', operation, input, needs: [{ action: `iam:${operation}`, resource: holder.arn }] }
}

/** Only roles, users and groups themselves list their policies in CloudFormation. */
function template({ holder, policy }: Attachment): CloudFormationResource {
  const word = iamWords[holder.type]
  const named = { [`${word}Name`]: holder.name }
  return {
    type: `AWS::IAM::${word}`,
    properties: { ...named, ManagedPolicyArns: [policy] },
    identifier: named,
  }
}
