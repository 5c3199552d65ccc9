import type { Registry } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { type Members, needText, readMembers, readText, readTexts } from '../input/read.ts'
import { checkLifecyclePolicy } from '../lifecycle/validate.ts'
import { parsePolicy } from '../policy/grammar.ts'
import { checkEncryption, encryptionTypes } from '../repositories/encryption.ts'
import { mutabilityMembers, readMutability } from '../repositories/mutability.ts'
import { readTags, tagList } from '../repositories/tags.ts'

/** The members of a template that were given, checked and as answers show them (ecr-facts 2.8). */
export function readTemplate(registry: Registry, input: Members): Members {
  const tags = readTags(input, 'resourceTags')
  const appliedFor = readTexts(input, 'appliedFor', {
    oneOf: ['PULL_THROUGH_CACHE', 'REPLICATION', 'CREATE_ON_PUSH'],
    items: { min: 1 },
  })
  const members = {
    description: readText(input, 'description', { max: 256 }),
    encryptionConfiguration: readTemplateEncryption(registry, input),
    resourceTags: tags && tagList(tags),
    ...(readsMutability(input) && mutabilityMembers(readMutability(input))),
    repositoryPolicy: readText(input, 'repositoryPolicy', { max: 10_240 }),
    lifecyclePolicy: readText(input, 'lifecyclePolicy', { max: 30_720 }),
    appliedFor,
    customRoleArn: readText(input, 'customRoleArn', {
      max: 2048,
      pattern: /^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,\-.@_/]+$/,
    }),
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** What must hold of the whole template. An empty policy text means none. */
export function checkTemplate(registry: Registry, template: Members): void {
  const { repositoryPolicy, lifecyclePolicy, customRoleArn, resourceTags, encryptionConfiguration } = template
  if (typeof repositoryPolicy === 'string' && repositoryPolicy !== '')
    parsePolicy(repositoryPolicy, 'repository')
  if (typeof lifecyclePolicy === 'string' && lifecyclePolicy !== '') checkLifecyclePolicy(lifecyclePolicy)
  const tagged = Array.isArray(resourceTags) && resourceTags.length > 0
  const { encryptionType } = (encryptionConfiguration ?? {}) as { encryptionType?: string }
  const encrypted = encryptionType !== undefined && encryptionType !== 'AES256'
  if ((tagged || encrypted) && customRoleArn === undefined)
    throw invalidParameter('customRoleArn', 'It is required for a template with tags or KMS encryption')
  if (typeof customRoleArn === 'string' && customRoleArn.split(':')[4] !== registry.account)
    throw invalidParameter('customRoleArn', 'The role must be in the same account')
}

function readsMutability(input: Members): boolean {
  return input['imageTagMutability'] != null || input['imageTagMutabilityExclusionFilters'] != null
}

/** Unlike a repository, a template takes the full ARN of a key and nothing else. */
function readTemplateEncryption(registry: Registry, input: Members) {
  const asked = readMembers(input, 'encryptionConfiguration')
  if (!asked) return undefined
  const encryptionType = needText(asked, 'encryptionType', { oneOf: encryptionTypes })
  const kmsKey = readText(asked, 'kmsKey', {
    max: 2048,
    pattern: /^$|^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
  })
  checkEncryption(registry, encryptionType, kmsKey || undefined)
  return { encryptionType, ...(kmsKey && { kmsKey }) }
}
