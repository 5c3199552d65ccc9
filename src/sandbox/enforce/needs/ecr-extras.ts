import { findEncryptionKey } from '../../ecr/repositories/encryption.ts'
import { type Registry, registryOf, type World } from '../../world.ts'
import type { Need } from '../decide.ts'
import { type Asked, arnIn, memberIn, passRole, serviceLinkedRole, textIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

type Extras = (asked: Asked, repository: string) => Need[]

/** What an operation of ECR needs beside its own action (ecr-facts 6.1 and 7). */
export function ecrExtras(asked: Asked, repository: string): Need[] {
  return Object.hasOwn(extras, asked.operation) ? (extras[asked.operation]?.(asked, repository) ?? []) : []
}

const extras: Record<string, Extras> = {
  CreateRepository: (asked, repository) => [...tagging(asked, repository), ...keyUse(asked)],
  CreatePullThroughCacheRule: (asked) =>
    customRole(asked) ??
    firstUse(asked, ({ pullThroughRules }) => Object.keys(pullThroughRules).length > 0, {
      service: 'pullthroughcache.ecr.amazonaws.com',
      name: 'AWSServiceRoleForECRPullThroughCache',
    }),
  UpdatePullThroughCacheRule: (asked) => customRole(asked) ?? [],
  CreateRepositoryCreationTemplate: (asked) => [...templated(asked), ...templateRole(asked)],
  UpdateRepositoryCreationTemplate: (asked) => [...templated(asked), ...(customRole(asked) ?? [])],
  PutReplicationConfiguration: replication,
  PutRegistryScanningConfiguration: scanning,
}

/** Tags of a new repository are a permission of their own. */
function tagging(asked: Asked, resource: string): Need[] {
  const additions = tagAdditions(asked)
  const tagged = (additions.tagKeys ?? []).length > 0
  return tagged ? [{ action: 'ecr:TagResource', resource, additions }] : []
}

/** ECR asks KMS in the caller's name, for keys of the account's own: AWS's key lets everybody in. */
function keyUse(asked: Asked): Need[] {
  const { world, caller } = asked
  const name = textIn(memberIn(asked.input, 'encryptionConfiguration') ?? {}, 'kmsKey')
  if (name === undefined || name.endsWith('alias/aws/ecr')) return []
  const key = findEncryptionKey(world, registryOf(world, caller.account, caller.region), name)
  if (!key || key.manager === 'AWS') return []
  const values = {
    'kms:viaservice': [`ecr.${caller.region}.amazonaws.com`],
    'kms:grantisforawsresource': ['true'],
    'aws:viaawsservice': ['true'],
    'aws:calledvia': ['ecr.amazonaws.com'],
  }
  return ['kms:DescribeKey', 'kms:CreateGrant'].map((action) => ({
    action,
    resource: key.arn,
    additions: { values },
  }))
}

function customRole({ input }: Asked): Need[] | undefined {
  const role = textIn(input, 'customRoleArn')
  return role === undefined ? undefined : passRole(role, 'ecr.amazonaws.com')
}

/** Whoever writes a template lets ECR do all this later. */
function templated(asked: Asked): Need[] {
  const { input } = asked
  const wanted = [
    'ecr:CreateRepository',
    ...(textIn(input, 'lifecyclePolicy') === undefined ? [] : ['ecr:PutLifecyclePolicy']),
    ...(textIn(input, 'repositoryPolicy') === undefined ? [] : ['ecr:SetRepositoryPolicy']),
  ]
  return wanted.map((action) => ({ action, resource: arnIn(asked, 'ecr', 'repository/*') }))
}

function templateRole(asked: Asked): Need[] {
  const used = ({ templates }: Registry) => Object.keys(templates).length > 0
  const role = { service: 'ecr.amazonaws.com', name: 'AWSServiceRoleForECRTemplate' }
  return customRole(asked) ?? firstUse(asked, used, role)
}

function replication(asked: Asked): Need[] {
  const rules = memberIn(asked.input, 'replicationConfiguration')?.['rules']
  if (!Array.isArray(rules) || rules.length === 0) return []
  return firstUse(asked, ({ replication }) => replication.rules.length > 0, {
    service: 'replication.ecr.amazonaws.com',
    name: 'AWSServiceRoleForECRReplication',
  })
}

/** Who turns enhanced scanning on or off does so with Amazon Inspector, too. */
function scanning({ world, caller, input }: Asked): Need[] {
  const before = registryOf(world, caller.account, caller.region).scanning.scanType
  const after = textIn(input, 'scanType') ?? 'BASIC'
  if (after === before) return []
  return [{ action: after === 'ENHANCED' ? 'inspector2:Enable' : 'inspector2:Disable', resource: '*' }]
}

function firstUse(
  asked: Asked,
  used: (registry: Registry) => boolean,
  { service, name }: { service: string; name: string },
): Need[] {
  const already = registriesOf(asked.world, asked.caller.account).some(used)
  return already ? [] : [serviceLinkedRole(asked, service, name)]
}

function registriesOf({ state }: World, account: string): Registry[] {
  return Object.values(state.registries).filter((registry) => registry.account === account)
}
