import type { EcrPublicState } from '../../ecr-public/state.ts'
import type { MemberAccount, OrganizationPolicy, OrganizationsState } from '../../organizations/state.ts'
import { type Place, secondsAgo } from '../neighbours/place.ts'

const id = 'o-simulated01'
const rootId = 'r-sim1'

/** Three accounts, one of them closed; the guard rail is there and hangs nowhere. */
export function demoOrganization(place: Place, partner: string): OrganizationsState {
  const management = place.account.id
  const member = (Id: string, Name: string, rest: Partial<MemberAccount> = {}): MemberAccount => ({
    Id,
    Arn: `arn:aws:organizations::${management}:account/${id}/${Id}`,
    Email: `${Name}@example.com`,
    Name,
    Status: 'ACTIVE',
    JoinedMethod: 'INVITED',
    JoinedTimestamp: secondsAgo(place, 1000),
    ...rest,
  })
  return {
    id,
    rootId,
    managementEmail: 'shop@example.com',
    policyTypes: ['SERVICE_CONTROL_POLICY'],
    members: [
      member(management, 'shop'),
      member(partner, 'partner'),
      member('777788889999', 'old-shop', { Status: 'SUSPENDED', JoinedMethod: 'CREATED' }),
    ],
    policies: [fullAccess(management), guardRail(management)],
  }
}

function fullAccess(management: string): OrganizationPolicy {
  return {
    Id: 'p-FullAWSAccess',
    Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
    Name: 'FullAWSAccess',
    Description: 'Allows access to every operation',
    Type: 'SERVICE_CONTROL_POLICY',
    AwsManaged: true,
    Content: policy('Allow', '*'),
    targets: [
      {
        TargetId: rootId,
        Arn: `arn:aws:organizations::${management}:root/${id}/${rootId}`,
        Name: 'Root',
        Type: 'ROOT',
      },
    ],
  }
}

function guardRail(management: string): OrganizationPolicy {
  const policyId = 'p-simulated1'
  return {
    Id: policyId,
    Arn: `arn:aws:organizations::${management}:policy/${id}/service_control_policy/${policyId}`,
    Name: 'keep-registries',
    Description: 'Nobody deletes a repository',
    Type: 'SERVICE_CONTROL_POLICY',
    AwsManaged: false,
    Content: policy('Deny', ['ecr:DeleteRepository', 'cloudtrail:StopLogging']),
    targets: [],
  }
}

function policy(Effect: string, Action: unknown): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] })
}

/** Nobody has written down whose the first one is. */
export function demoPublicRepositories(place: Place): EcrPublicState {
  const repository = (name: string) => ({
    repositoryName: name,
    repositoryArn: `arn:aws:ecr-public::${place.account.id}:repository/${name}`,
    registryId: place.account.id,
    repositoryUri: `public.ecr.aws/simulated/${name}`,
    createdAt: secondsAgo(place, 500),
  })
  const image = {
    imageDigest: `sha256:${'5'.repeat(64)}`,
    imageTags: ['1.0.0', 'latest'],
    imageSizeInBytes: 2_411_724,
    imagePushedAt: secondsAgo(place, 480),
    imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
  }
  return {
    repositories: [
      { repository: repository('shop-sdk'), tags: {}, images: [image] },
      { repository: repository('shop-cli'), tags: { owner: 'shop-team' }, images: [] },
    ],
  }
}
