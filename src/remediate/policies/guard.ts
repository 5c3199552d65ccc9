import type { Baseline } from '../baseline.ts'
import { oneOrMany, type RawStatement } from './document.ts'

/** What reads and changes images. Settings are left out: a mistake must not lock out whoever could mend it. */
const guarded = [
  ...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:PutImage', 'ecr:InitiateLayerUpload'],
  ...['ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:BatchDeleteImage'],
]

/**
 * Denies what does not come from one of the networks: conditions of a Deny must all hold, so that each network spares by
 * itself. AWS services that act for somebody are spared (ecr-facts 6.2). Undefined when no network is named.
 */
export function guardStatement(network: Baseline['network']): (RawStatement & { Sid: string }) | undefined {
  const { vpcEndpoints, vpcs, sourceIps } = network
  if (vpcEndpoints.length + vpcs.length + sourceIps.length === 0) return undefined
  const names = {
    ...(vpcEndpoints.length > 0 && { 'aws:SourceVpce': oneOrMany(vpcEndpoints) }),
    ...(vpcs.length > 0 && { 'aws:SourceVpc': oneOrMany(vpcs) }),
  }
  return {
    ...{ Sid: 'HoldfastNetworkGuard', Effect: 'Deny', Principal: '*', Action: guarded },
    Condition: {
      ...(Object.keys(names).length > 0 && { StringNotEquals: names }),
      ...(sourceIps.length > 0 && { NotIpAddress: { 'aws:SourceIp': oneOrMany(sourceIps) } }),
      BoolIfExists: { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' },
    },
  }
}

/**
 * Denies whoever is of no account that is trusted. As the only statement of a policy it changes nothing for anybody, and
 * keeps strangers out when somebody adds a statement that lets in too many.
 */
export function accountGuard(
  { account }: { account: string },
  { trustedAccounts, trustedOrganizations }: Baseline['audit'],
): RawStatement & { Sid: string } {
  return {
    ...{ Sid: 'HoldfastOnlyKnownAccounts', Effect: 'Deny', Principal: '*', Action: 'ecr:*' },
    Condition: {
      StringNotEquals: {
        'aws:PrincipalAccount': oneOrMany([account, ...trustedAccounts]),
        ...(trustedOrganizations.length > 0 && { 'aws:PrincipalOrgID': oneOrMany(trustedOrganizations) }),
      },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  }
}
