import { z } from 'zod'
import type { LifecycleRule } from './policy.ts'

const ruleShape = z.object({
  rulePriority: z.int().positive(),
  selection: z.object({
    tagStatus: z.enum(['tagged', 'untagged', 'any']),
    storageClass: z.enum(['standard', 'archive']).default('standard'),
    countType: z.enum([
      'imageCountMoreThan',
      'sinceImagePushed',
      'sinceImagePulled',
      'sinceImageTransitioned',
    ]),
    countNumber: z.int().positive(),
  }),
  action: z.object({ type: z.enum(['expire', 'transition']) }),
})

const policyShape = z.object({ rules: z.array(ruleShape).min(1) })

/**
 * Reads a lifecycle policy, rules in the order in which ECR applies them. Never throws; only what decides about the
 * meaning of a rule is checked, since members that ECR adds one day must not make a policy unreadable.
 */
export function parseLifecycle(text: string): { rules: LifecycleRule[] } | { unreadable: string } {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { unreadable: 'the lifecycle policy is not JSON' }
  }
  const found = policyShape.safeParse(document)
  if (!found.success) return { unreadable: problemOf(found.error) }
  const rules = found.data.rules.map(({ rulePriority, selection, action }) => ({
    priority: rulePriority,
    tagStatus: selection.tagStatus,
    storageClass: selection.storageClass,
    countType: selection.countType,
    count: selection.countNumber,
    action: action.type,
  }))
  return { rules: rules.sort((a, b) => a.priority - b.priority) }
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues
  return `the lifecycle policy is not valid at ${issue?.path.join('.') || 'its top'}`
}
