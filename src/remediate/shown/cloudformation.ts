import { stringify } from 'yaml'
import type { CloudFormationResource } from '../kind.ts'
import type { PlanFormat } from './index.ts'
import { collectResources, mergeMembers, namer } from './resources.ts'

/**
 * A template with what the plan wants, for people who keep their registry in CloudFormation. Only what the plan touches:
 * what is there already must be imported, with its other properties added.
 */
export const planCloudFormation: PlanFormat = (plan) => {
  const { resources, left } = collectResources(
    plan,
    (kind, step, place) => kind.cloudformation?.({ resource: step.resource }, step.after, place),
    {
      keyOf: (resource) => `${resource.type} ${nameOf(resource)}`,
      merge: (one, other) => ({
        ...other,
        part: one.part === true && other.part === true,
        properties: mergeMembers(one.properties, other.properties),
      }),
    },
  )
  const here = resources.filter(({ region }) => region === plan.registry.region)
  const elsewhere = resources.filter(({ region }) => region !== plan.registry.region)
  const idOf = namer((words) => words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''))
  const entries = here.map(({ resource, steps }) => {
    const id = idOf(`${resource.type.split('::').at(-1)} ${nameOf(resource)}`)
    const isThere = resource.part === true || steps.some(({ before }) => before !== null)
    return { id, isThere, resource }
  })
  const comments = [
    `Plan ${plan.id} for ${plan.registry.url}${plan.simulated ? ', which is simulated' : ''}.`,
    'Only what the plan touches. Add the other properties of what is there already before you import it, or they are reset.',
    ...entries
      .filter(({ isThere }) => isThere)
      .map(({ id, resource }) => `There already, to be imported: ${id} (${nameOf(resource)})`),
    ...[...left, ...elsewhere.flatMap(({ steps }) => steps)].map(
      ({ title }) =>
        `Not in here, as CloudFormation has no such resource, it goes, or it is in another Region: ${title}`,
    ),
  ]
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Holdfast plan ${plan.id}`,
    Resources: Object.fromEntries(entries.map(({ id, resource }) => [id, bodyOf(resource)])),
  }
  return `${comments.map((line) => `# ${line.replace(/[\r\n]+/g, ' ')}\n`).join('')}${stringify(template, { lineWidth: 0 })}`
}

/** Nothing goes with the stack: a template must never be able to delete a repository. */
function bodyOf({ type, properties }: CloudFormationResource) {
  return { Type: type, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: properties }
}

function nameOf({ identifier = {}, properties }: CloudFormationResource): string {
  // All of them: a policy of the same name may be of another user.
  if (Object.keys(identifier).length > 0) return Object.values(identifier).join(' ')
  const [name] = Object.entries(properties).flatMap(([key, value]) =>
    typeof value === 'string' && /(Name|Prefix)$/.test(key) ? value : [],
  )
  return name ?? ''
}
