import { isDeepStrictEqual } from 'node:util'
import type { RepositoryCreationTemplate } from '@aws-sdk/client-ecr'
import { type Call, type Json, type Need, registryCall, sentTo } from '../call.ts'
import type { Change, Kind } from '../kind.ts'

/** Every member that a template was given, in the API's form (ecr-facts 2.8); what is empty is not there. */
export type TemplateState = { readonly [member: string]: Json }

/** Settings of repositories that ECR makes by itself; the resource is the prefix. */
export const creationTemplate: Kind<TemplateState> = {
  name: 'creation-template',
  title: 'repository creation template',
  reads: () => [{ action: 'ecr:DescribeRepositoryCreationTemplates', resource: '*' }],
  read: async (door, { resource, region }) => {
    // All of them: whether there is any decides what the first one takes.
    let nextToken: string | undefined
    let any = false
    do {
      const page = await door.ask('ecr', 'DescribeRepositoryCreationTemplates', {
        input: { maxResults: 100, ...(nextToken !== undefined && { nextToken }) },
        ...{ region, resource },
      })
      const templates = page.repositoryCreationTemplates ?? []
      any ||= templates.length > 0
      const found = templates.find(({ prefix }) => prefix === resource)
      if (found) return { state: stateOf(found) }
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    return { state: null, ...(!any && { handle: firstTemplate }) }
  },
  calls: (change) => {
    const { from, to, region } = change
    const dropped = from !== null && (to === null || lacksSome(to, from))
    return sentTo(region, [
      // ECR's update leaves what it is not given, and takes nothing away: then the template is made anew.
      ...(dropped ? [registryCall('DeleteRepositoryCreationTemplate', { prefix: change.resource })] : []),
      ...(to === null ? [] : [writing(dropped || from === null ? 'Create' : 'Update', change, to)]),
    ])
  },
  isBetween: ({ from, to }, current) =>
    current === null && from !== null && to !== null && (lacksSome(to, from) || lacksSome(from, to)),
  // It is for repositories that are still to be made.
  risk: () => 'safe',
  isSame: (one, other) => isDeepStrictEqual(one && withDefaults(one), other && withDefaults(other)),
  lines: (state) => JSON.stringify(readable(state), null, 2).split('\n'),
  terraform: ({ resource }, state) => ({
    type: 'aws_ecr_repository_creation_template',
    arguments: { prefix: resource, ...terraformMembers(state) },
    importId: resource,
    blocks: ['encryption_configuration', 'image_tag_mutability_exclusion_filter'],
  }),
  cloudformation: ({ resource }, state) => ({
    type: 'AWS::ECR::RepositoryCreationTemplate',
    properties: { Prefix: resource, ...cloudformationMembers(state) },
    identifier: { Prefix: resource },
  }),
}

/** The account has no template yet: the first one makes ECR's role for them (ecr-facts 6.1). */
const firstTemplate = 'first'

function stateOf({ prefix: _, createdAt: __, updatedAt: ___, ...members }: RepositoryCreationTemplate) {
  const given = Object.entries(members).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return JSON.parse(JSON.stringify(Object.fromEntries(given))) as TemplateState
}

/** What ECR takes for a member that was not given: an answer may show it, or not. */
function withDefaults(state: TemplateState): TemplateState {
  const defaults = { imageTagMutability: 'MUTABLE', encryptionConfiguration: { encryptionType: 'AES256' } }
  return JSON.parse(JSON.stringify({ ...defaults, ...state })) as TemplateState
}

function lacksSome(one: TemplateState, other: TemplateState): boolean {
  // Assumption: a mode that is given without filters has none, and one that is not given is not taken away.
  return Object.keys(other).some(
    (member) => !member.startsWith('imageTagMutability') && !Object.hasOwn(one, member),
  )
}

function writing(verb: 'Create' | 'Update', change: Change<TemplateState>, to: TemplateState): Call {
  const members = { imageTagMutability: 'MUTABLE', ...to }
  const call = registryCall(`${verb}RepositoryCreationTemplate`, { prefix: change.resource, ...members })
  return { ...call, needs: [...call.needs, ...lent(change, to), ...roleNeeds(verb, change, to)] }
}

/** Whoever writes a template lets ECR do all this later (ecr-facts 6.1). */
function lent({ place }: Change<TemplateState>, to: TemplateState): Need[] {
  const resource = `arn:${place.partition}:ecr:${place.region}:${place.account}:repository/*`
  const actions = [
    'ecr:CreateRepository',
    ...('lifecyclePolicy' in to ? ['ecr:PutLifecyclePolicy'] : []),
    ...('repositoryPolicy' in to ? ['ecr:SetRepositoryPolicy'] : []),
  ]
  return actions.map((action) => ({ action, resource }))
}

function roleNeeds(verb: string, { handle, place }: Change<TemplateState>, to: TemplateState): Need[] {
  const { customRoleArn } = to
  if (typeof customRoleArn === 'string') return [{ action: 'iam:PassRole', resource: customRoleArn }]
  if (verb !== 'Create' || handle !== firstTemplate) return []
  const role = 'role/aws-service-role/ecr.amazonaws.com/AWSServiceRoleForECRTemplate'
  const resource = `arn:${place.partition}:iam::${place.account}:${role}`
  return [{ action: 'iam:CreateServiceLinkedRole', resource }]
}

/** Policies as objects in place of texts. */
function readable(state: TemplateState): unknown {
  const isPolicy = (member: string) => member === 'repositoryPolicy' || member === 'lifecyclePolicy'
  return Object.fromEntries(
    Object.entries(state).map(([member, value]) => [member, isPolicy(member) ? parsed(value) : value]),
  )
}

function parsed(value: Json): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return value
  }
}

type Filters = { filter: string; filterType: string }[]

function terraformMembers(state: TemplateState): { [name: string]: Json } {
  const tags = (state['resourceTags'] ?? []) as { Key: string; Value: string }[]
  const filters = (state['imageTagMutabilityExclusionFilters'] ?? []) as Filters
  const encryption = state['encryptionConfiguration'] as
    | { encryptionType: string; kmsKey?: string }
    | undefined
  return present({
    description: state['description'],
    applied_for: state['appliedFor'],
    custom_role_arn: state['customRoleArn'],
    image_tag_mutability: state['imageTagMutability'],
    lifecycle_policy: state['lifecyclePolicy'],
    repository_policy: state['repositoryPolicy'],
    encryption_configuration: encryption && [
      present({ encryption_type: encryption.encryptionType, kms_key: encryption.kmsKey }),
    ],
    image_tag_mutability_exclusion_filter:
      filters.length > 0
        ? filters.map(({ filter, filterType }) => ({ filter, filter_type: filterType }))
        : undefined,
    resource_tags:
      tags.length > 0 ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : undefined,
  })
}

function cloudformationMembers(state: TemplateState): { [name: string]: Json } {
  const filters = (state['imageTagMutabilityExclusionFilters'] ?? []) as Filters
  const encryption = state['encryptionConfiguration'] as
    | { encryptionType: string; kmsKey?: string }
    | undefined
  return present({
    Description: state['description'],
    AppliedFor: state['appliedFor'],
    CustomRoleArn: state['customRoleArn'],
    ImageTagMutability: state['imageTagMutability'],
    LifecyclePolicy: state['lifecyclePolicy'],
    RepositoryPolicy: state['repositoryPolicy'],
    ResourceTags: state['resourceTags'],
    EncryptionConfiguration:
      encryption && present({ EncryptionType: encryption.encryptionType, KmsKey: encryption.kmsKey }),
    ImageTagMutabilityExclusionFilters:
      filters.length > 0
        ? filters.map(({ filter, filterType }) => ({
            ImageTagMutabilityExclusionFilterType: filterType,
            ImageTagMutabilityExclusionFilterValue: filter,
          }))
        : undefined,
  })
}

function present(members: { [name: string]: Json | undefined }): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  )
}
