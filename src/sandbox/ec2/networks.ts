import { AwsError } from '../http.ts'
import { readList, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { ec2Page, type FilterFields, filtered, items, tagSet, tagTexts, withIds } from './input.ts'
import type { Vpc } from './state.ts'

const fields: FilterFields<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  'is-default': ({ isDefault }) => [String(isDefault)],
  state: () => ['available'],
  tag: ({ tags }) => tagTexts(tags),
  'tag-key': ({ tags }) => Object.keys(tags),
}

export function describeVpcs(call: QueryCall): Xml {
  const { account, caller } = call
  const all = Object.values(account.ec2?.[caller.region]?.vpcs ?? {})
  const wanted = { member: 'VpcId', code: 'InvalidVpcID.NotFound' }
  const found = filtered(call, withIds(call, all, wanted), fields)
  const { items: page, next } = ec2Page(call, found, 'DescribeVpcs')
  return {
    vpcSet: items(
      page.map(({ id, cidr, isDefault, tags }) => ({
        vpcId: id,
        ownerId: account.id,
        state: 'available',
        cidrBlock: cidr,
        dhcpOptionsId: 'default',
        instanceTenancy: 'default',
        isDefault,
        tagSet: tagSet(tags),
      })),
    ),
    nextToken: next,
  }
}

/** Regions that the sandbox has not, of which one would have to ask for all. */
const others = ['ap-southeast-2', 'eu-central-1', 'eu-south-2', 'us-west-2']

const regionFields: FilterFields<{ name: string; status: string }> = {
  'region-name': ({ name }) => [name],
  endpoint: ({ name }) => [endpointOf(name)],
  'opt-in-status': ({ status }) => [status],
}

/**
 * The Regions in which the account has something here; all the others have not been opted into.
 * Assumption: a simplification; of AWS's older Regions nobody can opt out.
 */
export function describeRegions(call: QueryCall): Xml {
  const { account, input } = call
  const own = account.regions.map((name) => ({ name, status: 'opt-in-not-required' }))
  const foreign = others
    .filter((name) => !account.regions.includes(name))
    .map((name) => ({ name, status: 'not-opted-in' }))
  const all = readText(input, 'AllRegions') === 'true' ? [...own, ...foreign] : own
  const names = readList(input, 'RegionName')
  const missing = names.find((name) => !all.some((each) => each.name === name))
  if (missing !== undefined) throw new AwsError('InvalidParameterValue', `Invalid region name: ${missing}`)
  const wanted = names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
  const shown = filtered(call, wanted, regionFields).map(({ name, status }) => ({
    regionName: name,
    regionEndpoint: endpointOf(name),
    optInStatus: status,
  }))
  return { regionInfo: items(shown) }
}

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`
}
