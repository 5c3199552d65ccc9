import { z } from 'zod'
import type { LifecycleRule } from './policy.ts'

const selectionShape = z.object({
  tagStatus: z.enum(['tagged', 'untagged', 'any']),
  tagPatternList: z.array(z.string()).optional(),
  tagPrefixList: z.array(z.string()).optional(),
  storageClass: z.enum(['standard', 'archive']).default('standard'),
  countType: z.enum(['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']),
  countNumber: z.int().positive(),
})
const ruleShape = z.object({
  rulePriority: z.int().positive(),
  selection: selectionShape,
  action: z.object({ type: z.enum(['expire', 'transition']) }),
})
const policyShape = z.object({ rules: z.array(ruleShape).min(1) })

/** Members that a policy has (ecr-facts 3.1); others may mean anything. */
const known = {
  policy: ['rules'],
  rule: ['rulePriority', 'description', 'selection', 'action'],
  selection: [...Object.keys(selectionShape.shape), 'countUnit'],
  action: ['type', 'targetStorageClass'],
}

/** Far beyond what ECR stores (30,720 characters): not worth reading. */
const longest = 1_000_000

export interface ParsedLifecycle {
  rules: LifecycleRule[]
  /** Members that are not known, such as `rules[0].selection.newThing`: what the rules do with them is not known. */
  strange: string[]
}

/**
 * Reads a lifecycle policy, rules in the order in which ECR applies them. Never throws; only what decides about the
 * meaning of a rule is checked, since members that ECR adds one day must not make a policy unreadable.
 */
export function parseLifecycle(text: string): ParsedLifecycle | { unreadable: string } {
  if (text.length > longest) return { unreadable: 'the lifecycle policy is far longer than ECR accepts' }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { unreadable: 'the lifecycle policy is not JSON' }
  }
  const found = policyShape.safeParse(document)
  if (!found.success) return { unreadable: problemOf(found.error) }
  const rules = found.data.rules.map(toRule).sort((a, b) => a.priority - b.priority)
  return { rules, strange: strangeMembers(document as Members) }
}

function toRule({ rulePriority, selection, action }: z.infer<typeof ruleShape>): LifecycleRule {
  const { tagPatternList: patterns, tagPrefixList: prefixes } = selection
  const tagLists = { ...(patterns && { patterns }), ...(prefixes && { prefixes }) }
  return {
    priority: rulePriority,
    tagStatus: selection.tagStatus,
    ...((patterns || prefixes) && { tagLists }),
    storageClass: selection.storageClass,
    countType: selection.countType,
    count: selection.countNumber,
    action: action.type,
  }
}

type Members = Record<string, unknown>

/** Of a document that has the shape. */
function strangeMembers(document: Members): string[] {
  const rules = (document['rules'] as Members[]).flatMap((rule, at) => [
    ...others(rule, known.rule, `rules[${at}].`),
    ...others(rule['selection'] as Members, known.selection, `rules[${at}].selection.`),
    ...others(rule['action'] as Members, known.action, `rules[${at}].action.`),
  ])
  return [...others(document, known.policy, ''), ...rules]
}

function others(value: Members, names: string[], path: string): string[] {
  return Object.keys(value)
    .filter((name) => !names.includes(name))
    .map((name) => `${path}${name}`)
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues
  return `the lifecycle policy is not valid at ${issue?.path.join('.') || 'its top'}`
}
