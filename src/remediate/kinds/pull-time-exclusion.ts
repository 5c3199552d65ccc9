import { registryCall, sentTo } from '../call.ts'
import type { Door } from '../door.ts'
import type { Kind, Target } from '../kind.ts'

/** A principal whose pulls leave the last pull time as it is; the resource is its ARN (ecr-facts 2.13). */
export const pullTimeExclusion: Kind<'excluded'> = {
  name: 'pull-time-exclusion',
  title: 'last pull times not moved by',
  reads: () => [{ action: 'ecr:ListPullTimeUpdateExclusions', resource: '*' }],
  read: async (door, target) => ({ state: (await isExcluded(door, target)) ? 'excluded' : null }),
  calls: ({ resource: principalArn, region, from, to }) => {
    if (from === to) return []
    const operation = to === null ? 'DeregisterPullTimeUpdateExclusion' : 'RegisterPullTimeUpdateExclusion'
    return sentTo(region, [registryCall(operation, { principalArn })])
  },
  risk: () => 'safe',
  lines: (state) => [state],
  terraform: ({ resource }) => ({
    type: 'aws_ecr_pull_time_update_exclusion',
    arguments: { principal_arn: resource },
    importId: resource,
  }),
  cloudformation: ({ resource }) => ({
    type: 'AWS::ECR::PullTimeUpdateExclusion',
    properties: { PrincipalArn: resource },
    identifier: { PrincipalArn: resource },
  }),
}

async function isExcluded(door: Door, { resource, region }: Target): Promise<boolean> {
  let nextToken: string | undefined
  do {
    const page = await door.ask('ecr', 'ListPullTimeUpdateExclusions', {
      input: { maxResults: 100, ...(nextToken !== undefined && { nextToken }) },
      region,
    })
    if (page.pullTimeUpdateExclusions?.includes(resource)) return true
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return false
}
