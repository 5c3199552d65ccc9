import type { Registry, Repository } from '../../world.ts'
import type { EcrCall } from '../operation.ts'
import { makeRepository } from './create-repository.ts'

type Template = Record<string, unknown>

/** The longest prefix wins; `prod` means `prod/...`; ROOT takes what is left (ecr-facts 2.8). */
export function templateFor(
  { templates }: Registry,
  name: string,
  scenario: 'CREATE_ON_PUSH' | 'REPLICATION',
): Template | undefined {
  const folder = (prefix: string) => (prefix.endsWith('/') ? prefix : `${prefix}/`)
  const prefixes = Object.keys(templates).filter((prefix) => name.startsWith(folder(prefix)))
  const longest = prefixes.sort((a, b) => b.length - a.length)[0] ?? 'ROOT'
  const template = templates[longest]
  const scenarios = template?.['appliedFor']
  return Array.isArray(scenarios) && scenarios.includes(scenario) ? template : undefined
}

/** A repository that ECR makes by itself. An empty template has ECR's defaults. */
export function makeFromTemplate(template: Template, call: Omit<EcrCall, 'input'>, name: string): Repository {
  const { repositoryPolicy, lifecyclePolicy, resourceTags, ...settings } = template
  const repository = makeRepository({
    ...call,
    input: { ...settings, repositoryName: name, tags: resourceTags },
  })
  if (typeof repositoryPolicy === 'string' && repositoryPolicy) repository.policy = repositoryPolicy
  if (typeof lifecyclePolicy === 'string' && lifecyclePolicy) repository.lifecyclePolicy = lifecyclePolicy
  return repository
}
