import { AwsError } from '../http.ts'
import { needText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { OrganizationPolicy, OrganizationsState } from './state.ts'

/** One service for all Regions; the Region of the signature does not matter here. */
export const organizations: NeighbourService = {
  name: 'organizations',
  wire: { kind: 'json', version: '1.1', target: 'AWSOrganizationsV20161128', known: knownOperations },
  errors: { input: 'InvalidInputException', token: 'InvalidInputException' },
  operations: {
    DescribeOrganization: describeOrganization,
    DescribePolicy: describePolicy,
    ListAccounts: listAccounts,
    ListPolicies: listPolicies,
    ListPoliciesForTarget: listPoliciesForTarget,
    ListRoots: listRoots,
    ListTargetsForPolicy: listTargetsForPolicy,
  },
}

/** Twenty a page at most. */
const paging = { token: 'NextToken', size: 'MaxResults', default: 20, most: 20 }

/** Any member may ask for this one. */
function describeOrganization(call: NeighbourCall): Record<string, unknown> {
  const { organization, management } = ofCaller(call)
  const { id, managementEmail, policyTypes } = organization
  return {
    Organization: {
      Id: id,
      Arn: arn(management, `organization/${id}`),
      FeatureSet: 'ALL',
      MasterAccountArn: arn(management, `account/${id}/${management}`),
      MasterAccountId: management,
      MasterAccountEmail: managementEmail,
      AvailablePolicyTypes: policyTypes.map((Type) => ({ Type, Status: 'ENABLED' })),
    },
  }
}

function listAccounts(call: NeighbourCall): Record<string, unknown> {
  const { members } = asManagement(call).organization
  const { items, more } = pageOf(call, members, { ...paging, keyOf: ({ Id }) => Id })
  return { Accounts: items, ...more }
}

function listRoots(call: NeighbourCall): Record<string, unknown> {
  const { organization, management } = asManagement(call)
  const { id, rootId, policyTypes } = organization
  const root = {
    Id: rootId,
    Arn: arn(management, `root/${id}/${rootId}`),
    Name: 'Root',
    PolicyTypes: policyTypes.map((Type) => ({ Type, Status: 'ENABLED' })),
  }
  const { items, more } = pageOf(call, [root], { ...paging, keyOf: ({ Id }) => Id })
  return { Roots: items, ...more }
}

function listPolicies(call: NeighbourCall): Record<string, unknown> {
  const filter = needText(call, 'Filter')
  const { policies } = asManagement(call).organization
  const found = policies.filter(({ Type }) => Type === filter)
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ Id }) => Id })
  return { Policies: items.map(summaryOf), ...more }
}

function listPoliciesForTarget(call: NeighbourCall): Record<string, unknown> {
  const filter = needText(call, 'Filter')
  const target = needText(call, 'TargetId')
  const { organization } = asManagement(call)
  const known = [organization.rootId, ...organization.members.map(({ Id }) => Id)]
  if (!known.includes(target)) throw new AwsError('TargetNotFoundException', 'We cannot find the target.')
  const found = organization.policies.filter(
    ({ Type, targets }) => Type === filter && targets.some(({ TargetId }) => TargetId === target),
  )
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ Id }) => Id })
  return { Policies: items.map(summaryOf), ...more }
}

function describePolicy(call: NeighbourCall): Record<string, unknown> {
  const policy = findPolicy(call)
  return { Policy: { PolicySummary: summaryOf(policy), Content: policy.Content } }
}

function listTargetsForPolicy(call: NeighbourCall): Record<string, unknown> {
  const { targets } = findPolicy(call)
  const { items, more } = pageOf(call, targets, { ...paging, keyOf: ({ TargetId }) => TargetId })
  return { Targets: items, ...more }
}

function findPolicy(call: NeighbourCall): OrganizationPolicy {
  const id = needText(call, 'PolicyId')
  const found = asManagement(call).organization.policies.find(({ Id }) => Id === id)
  if (found) return found
  throw new AwsError('PolicyNotFoundException', `We can't find a policy with the PolicyId ${id}.`)
}

function summaryOf({ Content: _, targets: __, ...summary }: OrganizationPolicy) {
  return summary
}

interface Membership {
  organization: OrganizationsState
  management: string
}

function ofCaller({ world, caller }: NeighbourCall): Membership {
  for (const { id, organizations: organization } of Object.values(world.state.accounts)) {
    if (organization?.members.some(({ Id }) => Id === caller.account)) return { organization, management: id }
  }
  const text = 'Your account is not a member of an organization.'
  throw new AwsError('AWSOrganizationsNotInUseException', text)
}

/** Assumption: there are no delegated administrators here. */
function asManagement(call: NeighbourCall): Membership {
  const membership = ofCaller(call)
  if (membership.management === call.caller.account) return membership
  throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.")
}

function arn(management: string, resource: string): string {
  return `arn:aws:organizations::${management}:${resource}`
}
