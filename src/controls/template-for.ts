import type { CreationTemplate } from '../inventory/inventory.ts'

export type Scenario = 'PULL_THROUGH_CACHE' | 'REPLICATION' | 'CREATE_ON_PUSH'

/** The template that ECR would use for a name: the longest prefix, by folders; ROOT is for the rest (ecr-facts 2.8). */
export function templateFor(
  name: string,
  scenario: Scenario,
  templates: readonly CreationTemplate[],
): CreationTemplate | undefined {
  const fitting = templates.filter(
    ({ prefix, appliedFor }) => appliedFor.includes(scenario) && takes(prefix, name),
  )
  return fitting.sort((a, b) => weight(b) - weight(a))[0]
}

function takes(prefix: string, name: string): boolean {
  const folder = prefix.replace(/\/$/, '')
  return prefix === 'ROOT' || name === folder || name.startsWith(`${folder}/`)
}

function weight({ prefix }: CreationTemplate): number {
  return prefix === 'ROOT' ? 0 : prefix.length
}
