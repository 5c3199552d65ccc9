import type { Json } from '../call.ts'
import type { TerraformResource } from '../kind.ts'
import type { PlanFormat } from './index.ts'
import { collectResources, mergeMembers, namer } from './resources.ts'

/**
 * Resources of Terraform's AWS provider with `import` blocks for what is there already. Only what the plan touches: the
 * other arguments of an imported resource are to be added, or a later apply of Terraform resets them.
 */
export const planTerraform: PlanFormat = (plan) => {
  const { resources, left } = collectResources(
    plan,
    (kind, step, place) => kind.terraform?.({ resource: step.resource }, step.after, place),
    {
      keyOf: ({ type, importId }) => `${type} ${importId}`,
      merge: (one, other) => ({
        ...other,
        part: one.part === true && other.part === true,
        arguments: mergeMembers(one.arguments, other.arguments),
        blocks: [...new Set([...(one.blocks ?? []), ...(other.blocks ?? [])])],
      }),
    },
  )
  const nameOf = namer((words) =>
    words
      .join('_')
      .toLowerCase()
      .replace(/^(?=[0-9])/, '_'),
  )
  const parts = resources.map(({ resource, steps, region }) => {
    const name = nameOf(resource.importId)
    const isThere = resource.part === true || steps.some(({ before }) => before !== null)
    const place =
      region === plan.registry.region ? [] : [`# In ${region}: give it a provider for that Region.`]
    return [...place, ...(isThere ? importLines(resource, name) : []), ...resourceLines(resource, name)]
  })
  return [
    `# Plan ${plan.id} for ${plan.registry.url}${plan.simulated ? ', which is simulated' : ''}.`,
    '# Only what the plan touches. Add the other arguments of a resource before terraform apply, or they are reset:',
    '# terraform plan shows them.',
    ...left.map(
      ({ title }) => `# Not in here, as Terraform has no such resource or it goes: ${oneLine(title)}`,
    ),
    ...parts.flatMap((lines) => ['', ...lines]),
    '',
  ].join('\n')
}

function importLines({ type, importId }: TerraformResource, name: string): string[] {
  return ['import {', `  to = ${type}.${name}`, `  id = ${text(importId)}`, '}', '']
}

function resourceLines({ type, arguments: members, blocks = [] }: TerraformResource, name: string): string[] {
  return [
    `resource ${JSON.stringify(type)} ${JSON.stringify(name)} {`,
    ...bodyLines(members, blocks, '  '),
    '}',
  ]
}

/** Arguments, and blocks wherever one of their names stands. */
function bodyLines(members: Record<string, Json>, blocks: readonly string[], indent: string): string[] {
  return Object.entries(members).flatMap(([key, value]) => {
    if (!blocks.includes(key)) return [`${indent}${key} = ${expression(value, indent)}`]
    const all = (Array.isArray(value) ? value : [value]) as Record<string, Json>[]
    return all.flatMap((block) => [
      `${indent}${key} {`,
      ...bodyLines(block, blocks, `${indent}  `),
      `${indent}}`,
    ])
  })
}

function expression(value: Json, indent: string): string {
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map((one: Json) => expression(one, indent)).join(', ')}]`
  const inner = `${indent}  `
  const lines = Object.entries(value).map(
    ([key, one]) => `${inner}${JSON.stringify(key)} = ${expression(one ?? null, inner)}`,
  )
  return ['{', ...lines, `${indent}}`].join('\n')
}

/** A literal: what would begin a template of Terraform is doubled. */
function text(value: string): string {
  return JSON.stringify(value)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
}

function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ')
}
