import { z } from 'zod'
import { parseBudget } from '../aws/quotas.ts'
import { HoldfastError } from '../core/errors.ts'

/** `holdfast.yaml`. Unknown keys are errors: a mistyped key must not be ignored. */
export const configSchema = z.strictObject({
  vault: z.string().min(1).optional().describe('Where backups live: ./folder or s3://bucket/prefix'),
  registry: z.string().min(1).optional().describe('ecr://, ecr://ACCOUNT/REGION or oci://HOST[:PORT]'),
  profile: z.string().min(1).optional().describe('Profile of the AWS configuration files'),
  region: z.string().min(1).optional().describe('AWS Region'),
  roleArn: z.string().min(1).optional().describe('Role to assume'),
  externalId: z.string().min(1).optional().describe('External id for that role'),
  budget: z
    .string()
    .superRefine(explainBudget)
    .optional()
    .describe(
      "Share of ECR's quotas that a command may take, and rates of operations: 25%, or 10%,PutImage=2",
    ),
  repositories: z.array(z.string().min(1)).optional().describe('Globs of repositories to work on'),
  audit: z
    .strictObject({
      failOn: z
        .enum(['critical', 'high', 'medium', 'low'])
        .optional()
        .describe('Exit 3 at or over this severity'),
    })
    .optional(),
})

function explainBudget(text: string, context: z.RefinementCtx): void {
  try {
    parseBudget(text)
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    context.addIssue({ code: 'custom', message: [error.message, error.why].filter(Boolean).join('. ') })
  }
}

/** The JSON Schema that editors use; shipped as `holdfast.schema.json`. */
export function configJsonSchema(): object {
  return { title: 'holdfast.yaml', ...z.toJSONSchema(configSchema) }
}
