import { z } from 'zod'
import type { CreationTemplate, PullThroughRule, SigningRule } from './inventory.ts'

/** The registry's lists come as plain JSON (ecr-facts 2.7, 2.8, 2.12); unknown members are passed over. */
const rule = z.object({
  ecrRepositoryPrefix: z.string().default(''),
  upstreamRegistryUrl: z.string().default(''),
  upstreamRepositoryPrefix: z.string().optional(),
  credentialArn: z.string().optional(),
  customRoleArn: z.string().optional(),
})

const template = z.object({
  prefix: z.string().default(''),
  appliedFor: z.array(z.string()).default([]),
  encryptionConfiguration: z.object({ encryptionType: z.string(), kmsKey: z.string().optional() }).optional(),
  imageTagMutability: z.string().optional(),
  imageTagMutabilityExclusionFilters: z.array(z.object({ filter: z.string() })).default([]),
  repositoryPolicy: z.string().optional(),
  lifecyclePolicy: z.string().optional(),
  resourceTags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).default([]),
})

const signing = z.object({
  rules: z
    .array(
      z.object({
        signingProfileArn: z.string().default(''),
        repositoryFilters: z.array(z.object({ filter: z.string() })).default([]),
      }),
    )
    .default([]),
})

export function pullThroughRules(found: unknown): PullThroughRule[] {
  return z.array(rule).parse(found).map(toRule)
}

function toRule(one: z.infer<typeof rule>): PullThroughRule {
  return {
    prefix: one.ecrRepositoryPrefix,
    upstream: one.upstreamRegistryUrl,
    ...(one.upstreamRepositoryPrefix && { upstreamPrefix: one.upstreamRepositoryPrefix }),
    ...(one.credentialArn && { credential: one.credentialArn }),
    ...(one.customRoleArn && { customRole: one.customRoleArn }),
  }
}

export function creationTemplates(found: unknown): CreationTemplate[] {
  return z.array(template).parse(found).map(toTemplate)
}

function toTemplate(one: z.infer<typeof template>): CreationTemplate {
  const { encryptionConfiguration: encryption, imageTagMutability: mode } = one
  const exclusions = one.imageTagMutabilityExclusionFilters.map(({ filter }) => filter)
  return {
    prefix: one.prefix,
    appliedFor: one.appliedFor,
    ...(encryption && {
      encryption: {
        type: encryption.encryptionType,
        ...(encryption.kmsKey && { kmsKey: encryption.kmsKey }),
      },
    }),
    ...(mode && { tagMutability: { mode, exclusions } }),
    ...(one.repositoryPolicy && { policy: one.repositoryPolicy }),
    ...(one.lifecyclePolicy && { lifecyclePolicy: one.lifecyclePolicy }),
    tags: Object.fromEntries(one.resourceTags.map(({ Key, Value }) => [Key, Value])),
  }
}

/** None is no rule. */
export function signingRules(found: unknown): SigningRule[] {
  if (found === undefined || found === null) return []
  return signing.parse(found).rules.map(({ signingProfileArn, repositoryFilters }) => ({
    profile: signingProfileArn,
    filters: repositoryFilters.map(({ filter }) => filter),
  }))
}
