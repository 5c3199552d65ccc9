import { z } from 'zod'
import { parseBudget } from '../aws/quotas.ts'
import { HoldfastError } from '../core/errors.ts'
import { matchesAny } from '../core/glob.ts'
import { baselineSchema } from './baseline-schema.ts'

type Wishes = z.infer<typeof baselineSchema>

/** `holdfast.yaml`. Unknown keys are errors: a mistyped key must not be ignored. */
export const configSchema = z
  .strictObject({
    vault: z.string().min(1).optional().describe('Where backups live: ./folder or s3://bucket/prefix'),
    journal: z
      .string()
      .min(1)
      .optional()
      .describe('Where apply writes down what it does: ./folder or s3://bucket/prefix'),
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
        allowedKeys: globs('KMS keys that may encrypt repositories: ARNs or globs of them'),
        trustedAccounts: z
          .array(z.string().regex(/^\d{12}$/, 'an account id has twelve digits'))
          .optional()
          .describe('Other accounts that repository policies may name'),
        trustedOrganizations: z
          .array(z.string().regex(/^o-[a-z0-9]{10,32}$/, 'an organization id looks like o-abcdefghij'))
          .optional()
          .describe('Organizations whose accounts are trusted'),
        requirePolicy: globs('Repositories that must have a policy of their own'),
        requireNetworkGuard: globs('Repositories that may be used from named networks only'),
        intendedPublic: globs('Public repositories that are meant to be public'),
        writers: globs('ARNs of users and roles that may push, delete or configure'),
        unusedAfterDays: days('Repositories without a pull for so long are unused'),
        fixWithinDays: z
          .strictObject({
            critical: days('Critical findings of a scan may stay open so long'),
            high: days('High findings of a scan may stay open so long'),
          })
          .optional(),
        ownerTags: z.array(z.string().min(1)).optional().describe('Resource tags that name an owner'),
        accessKeyDays: days('Access keys that are older are too old'),
      })
      .optional(),
    waivers: z
      .array(
        z.strictObject({
          control: z.string().min(1).describe('Id of the control'),
          resource: z.string().min(1).describe('Glob of repositories, or of ARNs'),
          owner: z.string().min(1).describe('Who accepted it'),
          reason: z.string().min(1).describe('Why'),
          expires: z.iso.date().describe('Last day on which it holds, such as 2027-01-31'),
        }),
      )
      .optional()
      .describe('Findings that are accepted for a time'),
    baseline: baselineSchema.optional().describe('What a plan should make of a registry'),
  })
  .superRefine(allowItsOwnKey)

/** A plan must not bring about what the audit would refuse. */
function allowItsOwnKey(
  {
    audit,
    baseline,
  }: { audit?: { allowedKeys?: string[] | undefined } | undefined; baseline?: Wishes | undefined },
  context: z.RefinementCtx,
): void {
  const key = baseline?.encryption?.kmsKey
  if (key === undefined || matchesAny(audit?.allowedKeys, key)) return
  context.addIssue({
    code: 'custom',
    path: ['baseline', 'encryption', 'kmsKey'],
    message: 'audit.allowedKeys does not allow this key',
  })
}

function globs(what: string) {
  return z.array(z.string().min(1)).optional().describe(what)
}

function days(what: string) {
  return z.number().int().positive().max(36_500).optional().describe(what)
}

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
