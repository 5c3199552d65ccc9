import type { IamGroup, IamPolicy, IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'

/** One policy that a user or a role has now. */
export interface HeldPolicy {
  name: string
  document: string
  /** `aws`: managed by AWS; nobody can change it. */
  kind: 'inline' | 'managed' | 'aws'
  arn?: string
  /** It has it by this group, as others may. */
  group?: string
}

/** Policies that could not be found are named. */
export interface Held {
  policies: HeldPolicy[]
  missing: string[]
}

/** All that gives or takes something, without the boundary. */
export function heldBy(holder: IamUser | IamRole, identities: Identities): Held {
  const held: Held = { policies: [], missing: [] }
  const managed = new Map(identities.policies.map((policy) => [policy.arn, policy]))
  addOf(held, holder, { managed })
  const names = 'groups' in holder ? holder.groups : []
  for (const name of names) {
    const group = identities.groups.find((one) => one.name === name)
    if (group) addOf(held, group, { managed, group: name })
    else held.missing.push(`group ${name}`)
  }
  return held
}

interface Source {
  managed: ReadonlyMap<string, IamPolicy>
  group?: string
}

function addOf(
  held: Held,
  { inline, attached }: Pick<IamGroup, 'inline' | 'attached'>,
  { managed, group }: Source,
): void {
  const by = group === undefined ? {} : { group }
  for (const { name, document } of inline) held.policies.push({ name, document, kind: 'inline', ...by })
  for (const arn of attached) {
    const policy = managed.get(arn)
    if (!policy) held.missing.push(`policy ${arn}`)
    else {
      const kind = /^arn:[^:]+:iam::aws:policy\//.test(arn) ? 'aws' : 'managed'
      held.policies.push({ name: policy.name, document: policy.document, kind, arn, ...by })
    }
  }
}
