import { type Grant, type Ground, grantsOf } from '../../access/grant.ts'
import { compilePolicy } from '../../access/layer.ts'
import { strangerAccount, strangerOrganization } from '../../access/outsiders.ts'
import { matchesWildcard } from '../../access/wildcard.ts'
import { repositoryArn } from '../../core/arn.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { VpcEndpoint } from '../../inventory/neighbours.ts'
import {
  fail,
  type Judged,
  notApplicable,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { join } from '../grant-words.ts'
import { notJudged } from '../policy-verdict.ts'

export const vpcEndpoints: ResourceControl = {
  id: 'vpc-endpoints',
  title: 'Private ways to the registry are complete, and let through what is needed only',
  severity: 'medium',
  why: 'Through an endpoint with the policy that AWS gives, stolen credentials of any account carry images out.',
  needs: ['ec2:DescribeVpcEndpoints'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['AC-4', 'SC-7', 'SC-7(10)'] },
    { framework: 'NIST 800-190', ids: ['4.2.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['1.3.1', '1.3.2'] },
    { framework: 'SOC 2', ids: ['CC6.6', 'CC6.7'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.20', 'A.8.22'] },
  ],
  fix: 'Have endpoints for ecr.api, ecr.dkr and S3 in each network, each with a policy for your accounts.',
  scope: 'resource',
  judge: (inventory) => {
    const { vpcEndpoints: answer, registry } = inventory
    if ('error' in answer) return [{ resource: registryArn(inventory), verdict: unknown(answer.error) }]
    const usable = answer.ok.filter(({ state }) => state.toLowerCase() === 'available')
    const vpcs = [...new Set(usable.filter(isOfEcr).map(({ vpc }) => vpc))].sort()
    if (vpcs.length === 0) return [{ resource: registryArn(inventory), verdict: none }]
    return vpcs.map((vpc): Judged => {
      const resource = `arn:${registry.partition}:ec2:${registry.region}:${registry.account}:vpc/${vpc}`
      return {
        resource,
        verdict: judgeVpc(vpc, usable, inventory),
      }
    })
  },
}

const none = notApplicable('No network has an endpoint for ECR: the registry is reached over the internet.')

function judgeVpc(vpc: string, usable: readonly VpcEndpoint[], inventory: Inventory): Verdict {
  const endpoints = usable.filter((each) => each.vpc === vpc)
  const judged = endpoints.map((endpoint) => ({ endpoint, access: accessOf(endpoint, inventory) }))
  const withoutDns = endpoints.filter((each) => isOfEcr(each) && !each.privateDns)
  const open = judged.filter(({ access }) => access === 'open').map(({ endpoint }) => endpoint)
  const absent = ['ecr.api', 'ecr.dkr', 's3'].filter((name) => !endpoints.some((each) => serves(each, name)))
  const problems = [
    ...(absent.length > 0 ? [`there is no endpoint for ${join(absent)}`] : []),
    ...withoutDns.map((each) => `${nameOf(each)} has no private DNS name, so nobody is sent there`),
    ...(open.length > 0 ? [`the policy of ${join(open.map(nameOf))} lets everybody do everything`] : []),
  ]
  const evidence = { endpoints: endpoints.slice(0, 20).map(({ id, service }) => `${id} ${service}`) }
  if (problems.length > 0) return fail(`In ${vpc}, ${problems.join('; ')}.`, evidence)
  const unread = judged.flatMap(({ access }) => (typeof access === 'object' ? [access.unreadable] : []))[0]
  if (unread !== undefined) return notJudged(unread)
  return pass('Endpoints for ecr.api, ecr.dkr and S3, each with a policy that limits it.', evidence)
}

/** The policy that AWS gives says everything for everybody; one as wide may be written in other words. */
export function accessOf(
  endpoint: VpcEndpoint,
  { registry }: Inventory,
): 'open' | 'limited' | { unreadable: string } {
  if (endpoint.policy === undefined) return 'open'
  const policy = compilePolicy({ name: endpoint.id, document: endpoint.policy }, 'endpoint policy')
  if (policy.unreadable !== undefined) return { unreadable: `${policy.unreadable} (${endpoint.id})` }
  const guests = grantsOf(policy, groundOf(endpoint, registry))
    .filter(isEverything)
    .flatMap((grant) => grant.guests.filter(({ kind }) => kind === 'anybody'))
  if (guests.some(({ doubts }) => doubts.length === 0)) return 'open'
  const [doubt] = guests.flatMap(({ doubts }) => doubts)
  return doubt === undefined ? 'limited' : { unreadable: `${doubt} (${endpoint.id})` }
}

/** What nobody should carry out: a push to the stranger's own registry, an object for his own bucket. */
function groundOf(endpoint: VpcEndpoint, { account, partition, region }: Inventory['registry']): Ground {
  const [action, resource] = isOfEcr(endpoint)
    ? ['ecr:PutImage', repositoryArn({ account: strangerAccount, partition, region }, 'zz-none')]
    : ['s3:PutObject', `arn:${partition}:s3:::zz-none/zz-none`]
  return {
    ...{ account, partition, organization: strangerOrganization },
    actions: ({ actions: { not, list } }) => {
      const isNamed = list.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()))
      return isNamed === not ? [] : [action]
    },
    resources: () => [resource],
  }
}

function isEverything({ source: { actions, resources } }: Grant): boolean {
  const everything = actions.not || actions.list.some((action) => /^(\*|ecr:\*|s3:\*)$/i.test(action))
  return everything && (resources.not || resources.list.includes('*'))
}

/** `ecr.api`, also where it is the one that is validated by FIPS. */
function serviceOf({ service }: VpcEndpoint): string {
  return service.split('.').slice(-2).join('.').replace('ecr-fips', 'ecr')
}

export function isOfEcr(endpoint: VpcEndpoint): boolean {
  return /^ecr\.(api|dkr)$/.test(serviceOf(endpoint))
}

/** Layers come from S3: through a gateway, or through an interface that its name leads to. */
function serves(endpoint: VpcEndpoint, name: string): boolean {
  if (name !== 's3') return serviceOf(endpoint) === name
  return /\.s3$/.test(endpoint.service) && (endpoint.type === 'Gateway' || endpoint.privateDns)
}

function nameOf(endpoint: VpcEndpoint): string {
  return isOfEcr(endpoint) ? serviceOf(endpoint) : 's3'
}
