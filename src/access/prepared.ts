import { isRegistryWide, keysWithout } from './action-scope.ts'
import { accountOfCaller } from './caller.ts'
import { sectionsOf } from './conditions/arn.ts'
import type { Facts, Known } from './context.ts'
import { tagFacts } from './context.ts'
import { withoutMarks } from './glob.ts'
import type { AccessRequest } from './request.ts'

/** The resource of a request, ready to be compared with many statements. */
export interface PreparedResource {
  /** `*` for an action that is about no repository. */
  arn: string
  sections: readonly string[]
  /** Whose it is; undefined when nobody can say. */
  account: string | undefined
  facts: Facts
}

export interface PreparedAction {
  /** In lower case. */
  name: string
  registryWide: boolean
  facts: Facts
}

export function prepareAction(action: string): PreparedAction {
  const name = action.toLowerCase()
  return {
    name,
    registryWide: isRegistryWide(name),
    facts: { values: new Map(), complete: keysWithout(name) },
  }
}

type Resource = Pick<AccessRequest, 'resource' | 'resourceTags' | 'resourceOrganization' | 'caller'>

/** An action that is about no repository is about the caller's own registry, whatever ARN somebody wrote. */
export function prepareResource(request: Resource, action: PreparedAction): PreparedResource {
  const { resource, resourceTags, resourceOrganization } = request
  const own = accountOfCaller(request.caller)
  const sections = sectionsOf(withoutMarks(resource))
  const [, , service, region, owner] = sections
  const isAll = action.registryWide || resource === '*'
  const account = isAll ? own : owner || undefined
  const values = new Map<string, Known>()
  if (account) values.set('aws:resourceaccount', [account])
  if (resourceOrganization !== undefined)
    values.set('aws:resourceorgid', resourceOrganization === null ? null : [resourceOrganization])
  if (region) values.set('aws:requestedregion', [region])
  // Assumption: ECR speaks TLS only (ecr-facts 6.2).
  if (service === 'ecr' || action.name.startsWith('ecr:')) values.set('aws:securetransport', ['true'])
  for (const prefix of ['aws:resourcetag/', 'ecr:resourcetag/'])
    for (const [key, tag] of tagFacts(prefix, resourceTags ?? {})) values.set(key, tag)
  return {
    arn: isAll ? '*' : withoutMarks(resource),
    sections: isAll ? ['*'] : sections,
    account,
    facts: { values, complete: resourceTags ? ['aws:resourcetag/', 'ecr:resourcetag/'] : [] },
  }
}
