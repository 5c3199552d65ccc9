import { heldBy } from '../../access/minimize/held-policies.ts'
import type { IamGroup, IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'
import type { Baseline } from '../baseline.ts'
import { holderPath } from '../kinds/holder.ts'
import { attachmentOf } from '../kinds/policy-attachment.ts'

type Holder = IamUser | IamRole
type AnyHolder = Holder | IamGroup

/** What holdfast.yaml says of the policies of one user or role, with those of its groups. */
export interface IdentityWishes {
  /** By target of an inline policy. */
  inline: { target: string; document: string }[]
  managed: { arn: string; document: string }[]
  /** Targets of attachments that go. */
  detach: string[]
}

export function wishesFor(
  holder: Holder,
  identities: Identities,
  { policies, detach }: Baseline['identities'],
): IdentityWishes {
  const groups = groupsOf(holder, identities)
  const paths = [holder, ...groups].map(({ arn }) => holderPath(arn))
  const { policies: held } = heldBy(holder, identities)
  const wishes = Object.entries(policies).map(([target, document]) => ({
    ...{ target, document: JSON.stringify(document) },
  }))
  return {
    inline: wishes.filter(({ target }) => paths.includes(target.slice(0, target.lastIndexOf('/')))),
    managed: wishes.flatMap(({ target, document }) =>
      held.some(({ arn, kind }) => arn === target && kind === 'managed') ? [{ arn: target, document }] : [],
    ),
    detach: [holder, ...groups].flatMap(({ arn, attached }) =>
      attached.map((policy) => attachmentOf(arn, policy)).filter((one) => detach.includes(one)),
    ),
  }
}

export function hasWishes({ inline, managed, detach }: IdentityWishes): boolean {
  return inline.length + managed.length + detach.length > 0
}

/** As they would be, for whoever judges it; with this user or role alone. */
export function asWished(holder: Holder, identities: Identities, wishes: IdentityWishes): Identities {
  const change = <H extends AnyHolder>(one: H): H => changed(one, wishes)
  const policies = identities.policies.map((policy) => ({
    ...policy,
    ...wishes.managed.find(({ arn }) => arn === policy.arn),
  }))
  const alone = change(holder)
  return {
    users: 'groups' in alone ? [alone] : [],
    roles: 'groups' in alone ? [] : [alone],
    groups: identities.groups.map(change),
    policies,
  }
}

function changed<H extends AnyHolder>(holder: H, { inline, detach }: IdentityWishes): H {
  const path = holderPath(holder.arn)
  const own = inline
    .filter(({ target }) => target.slice(0, target.lastIndexOf('/')) === path)
    .map(({ target, document }) => ({ name: target.slice(target.lastIndexOf('/') + 1), document }))
  const kept = holder.inline.filter(({ name }) => !own.some((one) => one.name === name))
  const attached = holder.attached.filter((policy) => !detach.includes(attachmentOf(holder.arn, policy)))
  return { ...holder, inline: [...kept, ...own], attached }
}

function groupsOf(holder: Holder, { groups }: Identities): IamGroup[] {
  return 'groups' in holder ? groups.filter(({ name }) => holder.groups.includes(name)) : []
}
