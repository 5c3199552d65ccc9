import { type Finding, fail, pass, type Verdict } from '../../controls/control.ts'
import { notJudged } from '../../controls/policy-verdict.ts'
import { accessOf, isOfEcr } from '../../controls/vpc-endpoints/control.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { VpcEndpoint } from '../../inventory/neighbours.ts'
import type { Fix, FixContext } from '../fix.ts'
import { vpcEndpointPolicy } from '../kinds/vpc-endpoint-policy.ts'
import { everybodyKnown } from '../policies/known-accounts.ts'
import { mend } from '../policies/mend.ts'

export const vpcEndpoints: Fix = {
  control: 'vpc-endpoints',
  propose: (context) => {
    for (const finding of context.findings) network(context, finding)
  },
}

/** What can be limited without knowing what else the network does is limited; the rest is for who knows the network. */
function network(context: FixContext, finding: Finding): void {
  const { inventory, draft } = context
  const vpc = finding.resource.slice(finding.resource.lastIndexOf('/') + 1)
  const all = 'ok' in inventory.vpcEndpoints ? inventory.vpcEndpoints.ok : []
  const endpoints = all.filter((each) => each.vpc === vpc && each.state.toLowerCase() === 'available')
  const open = endpoints.filter((each) => accessOf(each, inventory) === 'open')
  const left = open.filter((each) => !isOfEcr(each) || !limit(context, each))
  const instructions = [
    ...missing(endpoints, inventory, vpc),
    ...endpoints.filter((each) => isOfEcr(each) && !each.privateDns).map(withDns),
    ...left.flatMap((each) => byCommand(each, inventory)),
  ]
  if (instructions.length === 0) return
  draft.byHand({
    resource: finding.resource,
    why: 'Which subnets and security groups it is for, and what else goes to S3 from there, only you know.',
    instructions,
  })
}

/** Endpoints of ECR serve ECR alone. Answers whether a plan can do it. */
function limit({ inventory, baseline, draft }: FixContext, endpoint: VpcEndpoint): boolean {
  const judge = (policy: string | null): Verdict => {
    const judged = accessOf({ ...endpoint, ...(policy !== null && { policy }) }, inventory)
    if (judged === 'open') return fail('Lets everybody do everything.')
    return judged === 'limited' ? pass('Limited.') : notJudged(judged.unreadable)
  }
  const ways = [everybodyKnown(baseline, inventory.registry)]
  const mended = (text: string | null) => mend(text, { judge, wrong: () => undefined, ways })
  if (endpoint.policy === undefined || typeof mended(endpoint.policy) !== 'string') return false
  draft.change(vpcEndpointPolicy, endpoint.id, (text) => mended(text) ?? text, {
    why: `Through the endpoint for ${endpoint.service}, ECR is used with credentials of known accounts only.`,
    warnings: ['Whoever works in that network with credentials of another account is refused.'],
  })
  return true
}

function missing(endpoints: readonly VpcEndpoint[], { registry }: Inventory, vpc: string): string[] {
  const { region, account } = registry
  const has = (name: string) => endpoints.some(({ service }) => service === `com.amazonaws.${region}.${name}`)
  const create = (name: string) =>
    `aws ec2 create-vpc-endpoint --region ${region} --vpc-id ${vpc} --service-name com.amazonaws.${region}.${name}`
  const policy = JSON.stringify(ecrPolicy(account))
  const ecr = ['ecr.api', 'ecr.dkr'].filter((name) => !has(name))
  return [
    ...ecr.map(
      (name) =>
        `${create(name)} --vpc-endpoint-type Interface --private-dns-enabled --subnet-ids SUBNETS --security-group-ids GROUP --policy-document '${policy}'`,
    ),
    ...(has('s3') ? [] : [`${create('s3')} --vpc-endpoint-type Gateway --route-table-ids TABLES`]),
  ]
}

function ecrPolicy(account: string) {
  const Condition = { StringEquals: { 'aws:PrincipalAccount': account } }
  const allow = { Effect: 'Allow', Principal: '*', Action: 'ecr:*', Resource: '*', Condition }
  return { Version: '2012-10-17', Statement: [allow] }
}

function withDns({ id }: VpcEndpoint): string {
  return `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --private-dns-enabled`
}

/**
 * Layers come from a bucket of ECR (ecr-facts 6.4). Other traffic goes through the same endpoint, and a policy that names
 * that bucket alone would cut it off; so that nothing of this is done without somebody who knows.
 */
function byCommand(endpoint: VpcEndpoint, { registry }: Inventory): string[] {
  const { partition, region, account } = registry
  const put = (policy: object) =>
    `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${endpoint.id} --policy-document '${JSON.stringify(policy)}'`
  if (isOfEcr(endpoint)) return [put(ecrPolicy(account))]
  const layers = `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`
  const Condition = { StringEquals: { 'aws:PrincipalAccount': account } }
  const own = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition }
  return [
    `${endpoint.id} serves all S3 traffic of the network. With this policy, layers of ECR and whatever is done with credentials of the own account go on; what is fetched without any, or with others, such as packages of Amazon Linux, stops unless you add its buckets:`,
    put({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Layers', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: layers },
        { Sid: 'OwnAccount', ...own },
      ],
    }),
  ]
}
