import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { pageOf, refusePaging } from '../input/page.ts'
import { type Members, needText, needTexts, readTexts } from '../input/read.ts'
import { seconds } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { checkTemplate, readTemplate } from './template-members.ts'

const prefixRule = {
  min: 1,
  max: 256,
  pattern: /^((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/?|ROOT)$/,
}

/** Stored for the day a repository is created by ECR itself, never for a direct CreateRepository (ecr-facts 2.8). */
export const createRepositoryCreationTemplate: EcrOperation = ({ world, registry, input }) => {
  const prefix = needText(input, 'prefix', prefixRule)
  needTexts(input, 'appliedFor')
  const template = withoutEmpty({ prefix, imageTagMutability: 'MUTABLE', ...readTemplate(registry, input) })
  checkTemplate(registry, template)
  if (Object.hasOwn(registry.templates, prefix))
    throw new AwsError(
      'TemplateAlreadyExistsException',
      `A repository creation template already exists for the prefix '${prefix}'`,
    )
  const createdAt = world.now()
  registry.templates[prefix] = { ...template, createdAt, updatedAt: createdAt }
  return answer(registry, needTemplate(registry, prefix))
}

/** Members that are given replace what was there; the others stay. */
export const updateRepositoryCreationTemplate: EcrOperation = ({ world, registry, input }) => {
  const prefix = needText(input, 'prefix', prefixRule)
  const before = needTemplate(registry, prefix)
  const changes = readTemplate(registry, input)
  const { imageTagMutabilityExclusionFilters: _, ...rest } = before
  const after = withoutEmpty({ ...('imageTagMutability' in changes ? rest : before), ...changes })
  checkTemplate(registry, after)
  registry.templates[prefix] = { ...after, updatedAt: world.now() }
  return answer(registry, needTemplate(registry, prefix))
}

export const deleteRepositoryCreationTemplate: EcrOperation = ({ registry, input }) => {
  const prefix = needText(input, 'prefix', prefixRule)
  const template = needTemplate(registry, prefix)
  delete registry.templates[prefix]
  return answer(registry, template)
}

export const describeRepositoryCreationTemplates: EcrOperation = (call) => {
  const { registry } = call
  const document = (prefix: string) => documentOf(needTemplate(registry, prefix))
  const prefixes = readTexts(call.input, 'prefixes', { ...prefixRule, items: { max: 100 } })
  if (prefixes && prefixes.length > 0) {
    refusePaging(call, 'prefixes')
    return { registryId: registry.account, repositoryCreationTemplates: prefixes.map(document) }
  }
  const { items, ...rest } = pageOf(call, Object.keys(registry.templates).sort(), {
    operation: 'DescribeRepositoryCreationTemplates',
    default: 100,
    most: 1000,
    keyOf: (prefix) => prefix,
  })
  return { registryId: registry.account, repositoryCreationTemplates: items.map(document), ...rest }
}

/** Assumption: an empty policy, description or list of tags takes away what the template had. */
function withoutEmpty(template: Members): Members {
  const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(template).filter(([, value]) => !isEmpty(value)))
}

function needTemplate(registry: Registry, prefix: string): Members {
  const template = Object.hasOwn(registry.templates, prefix) ? registry.templates[prefix] : undefined
  if (template) return template
  throw new AwsError(
    'TemplateNotFoundException',
    `The repository creation template with the prefix '${prefix}' does not exist in the registry with id '${registry.account}'`,
  )
}

function answer(registry: Registry, template: Members) {
  return { registryId: registry.account, repositoryCreationTemplate: documentOf(template) }
}

function documentOf({ createdAt, updatedAt, ...template }: Members): Members {
  return { ...template, createdAt: seconds(Number(createdAt)), updatedAt: seconds(Number(updatedAt)) }
}
