import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations'
import type { AwsContext } from '../../aws/context.ts'
import { ask, askAll } from './question.ts'

/** The Regions that are switched on for the account. */
export async function listRegions(aws: AwsContext, signal: AbortSignal): Promise<string[]> {
  const client = new EC2Client(aws.clientConfig('ec2'))
  try {
    const command = new DescribeRegionsCommand({ AllRegions: false })
    const { Regions = [] } = await ask('ec2:DescribeRegions', client.send(command, { abortSignal: signal }))
    return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort()
  } finally {
    client.destroy()
  }
}

/** The active accounts of the organization; only its management account, or a delegated one, may ask. */
export async function listAccounts(aws: AwsContext, signal: AbortSignal): Promise<string[]> {
  // Organizations has one endpoint for each partition; the SDK finds it from any Region.
  const client = new OrganizationsClient(aws.clientConfig('organizations'))
  try {
    const accounts = await askAll(
      'organizations:ListAccounts',
      paginateListAccounts({ client }, {}, { abortSignal: signal }),
      (page) => page.Accounts,
    )
    return accounts
      .filter(({ Status }) => Status === 'ACTIVE')
      .flatMap(({ Id }) => Id ?? [])
      .sort()
  } finally {
    client.destroy()
  }
}
