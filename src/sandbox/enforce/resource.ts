import { parseArn, partitionOf } from '../../core/arn.ts'
import type { Caller } from '../http.ts'
import { detailsOf, iamOf } from '../iam/directory.ts'
import { policyOf } from '../kms/key-policy.ts'
import { type Account, type Registry, registryOf, type World } from '../world.ts'
import type { Need } from './decide.ts'
import { type Policy, readPolicy } from './judge.ts'

/** What is asked about, and who says what may be done with it. */
export interface Resource {
  arn: string
  /** Empty: nobody's, as `*`. */
  account: string
  policies: readonly Policy[]
  /** The resource's own policy must let the account in, even its own: keys of KMS and trust in a role. */
  policyNeeded: boolean
  /** Undefined: nobody here can tell. */
  tags: Readonly<Record<string, string>> | undefined
}

type Found = Partial<Omit<Resource, 'arn'>> & { account: string }

export function resourceOf(world: World, caller: Caller, { action, resource: arn }: Need): Resource {
  if (arn === '*' && action.startsWith('ecr:')) return ownRegistry(world, caller, action)
  const parsed = parseArn(arn)
  const found =
    parsed && Object.hasOwn(finders, parsed.service) ? finders[parsed.service]?.(world, arn) : undefined
  const account = parsed?.account ?? ''
  return { arn, account, policies: [], policyNeeded: false, tags: undefined, ...found }
}

/**
 * In scope V2 a registry's policy is enforced on every request (ecr-facts 2.10), also on those about no repository;
 * nothing but an identity policy gives a token (6.3). Assumption: that is so too where no repository is named.
 */
function ownRegistry(world: World, { account, region }: Caller, action: string): Resource {
  const arn = `arn:${partitionOf(region)}:ecr:${region}:${account}:*`
  const policies = policiesIn(policyOfRegistry(registryOf(world, account, region)))
  const deniesOnly = action === 'ecr:GetAuthorizationToken'
  return {
    ...{ arn, account, policyNeeded: false, tags: {} },
    policies: deniesOnly ? policies.map(withoutAllows) : policies,
  }
}

function withoutAllows({ statements, variables }: Policy): Policy {
  return { statements: statements.filter(({ Effect }) => Effect !== 'Allow'), variables }
}

function policyOfRegistry({ settings, policy }: Registry): string | undefined {
  return settings['REGISTRY_POLICY_SCOPE'] === 'V1' ? undefined : policy
}

const finders: Record<string, (world: World, arn: string) => Found | undefined> = {
  ecr: repository,
  kms: key,
  s3: bucket,
  sns: topic,
  iam: identity,
}

/** The repository's policy, and the registry's (ecr-facts 6.3). In scope V1 that one is for replication alone. */
function repository(world: World, arn: string): Found | undefined {
  const { account, region, resource } = parsed(arn)
  if (!Object.hasOwn(world.state.accounts, account)) return undefined
  const registry = registryOf(world, account, region)
  const name = resource.replace(/^repository\//, '')
  const found = Object.hasOwn(registry.repositories, name) ? registry.repositories[name] : undefined
  return {
    account,
    policies: policiesIn(policyOfRegistry(registry), found?.policy),
    tags: found?.resourceTags ?? {},
  }
}

function key(world: World, arn: string): Found | undefined {
  const { account } = parsed(arn)
  const keys = Object.values(world.state.accounts[account]?.kmsKeys ?? {})
  const found = keys.find((each) => each.arn === arn)
  if (!found) return undefined
  return { account, policies: policiesIn(policyOf(found)), policyNeeded: true, tags: found.tags ?? {} }
}

/** Of an object, the policy of its bucket. */
function bucket(world: World, arn: string): Found | undefined {
  const name = parsed(arn).resource.split('/')[0] ?? ''
  const found = Object.hasOwn(world.state.buckets, name) ? world.state.buckets[name] : undefined
  return found && { account: found.account, policies: policiesIn(found.settings?.policy) }
}

function topic(world: World, arn: string): Found | undefined {
  const { account, region } = parsed(arn)
  const found = world.state.accounts[account]?.sns?.[region]?.topics[arn]
  return found && { account, policies: policiesIn(found.policy), tags: {} }
}

/** Trust is judged where the role is assumed, and nowhere else. */
function identity(world: World, arn: string): Found | undefined {
  const { account: id, resource } = parsed(arn)
  const account = Object.hasOwn(world.state.accounts, id) ? world.state.accounts[id] : undefined
  return account && { account: id, tags: tagsOf(account, resource) }
}

function tagsOf(account: Account, resource: string): Record<string, string> {
  const name = resource.split('/').at(-1) ?? ''
  if (resource.startsWith('user/')) return iamOf(account).users[name]?.tags ?? {}
  const role = resource.startsWith('role/') ? account.roles[name] : undefined
  return role ? detailsOf(account, role).tags : {}
}

function parsed(arn: string) {
  return parseArn(arn) ?? { account: '', region: '', resource: '' }
}

function policiesIn(...texts: (string | undefined)[]): Policy[] {
  return texts.flatMap((text) => (text === undefined ? [] : [readPolicy(text)]))
}
