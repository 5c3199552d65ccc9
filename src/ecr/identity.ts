import type { AwsContext } from '../aws/context.ts'
import { HoldfastError } from '../core/errors.ts'

export interface EcrRegistryIdentity {
  key: string
  url: string
  kind: 'ecr'
  account: string
  region: string
  simulated: boolean
}

/** Whose registry it is. A wrong profile must not touch the wrong account, so the account that was named must match. */
export async function ecrIdentity(
  aws: AwsContext,
  named: { account?: string; region?: string },
): Promise<{ registry: EcrRegistryIdentity; principal: string }> {
  const { account, arn, simulated } = await aws.identity()
  const { region } = aws
  if (named.account && named.account !== account)
    throw mismatch(`account ${account}`, named.account, '--profile or --role-arn')
  if (named.region && named.region !== region) throw mismatch(`Region ${region}`, named.region, '--region')
  const registry = { key: `ecr-${account}-${region}`, url: `ecr://${account}/${region}` }
  return { registry: { ...registry, kind: 'ecr', account, region, simulated }, principal: arn }
}

function mismatch(found: string, wanted: string, flag: string): HoldfastError {
  return new HoldfastError('credentials-missing', {
    what: `The credentials are for ${found}, not for ${wanted}.`,
    next: `Choose others with ${flag}.`,
  })
}
