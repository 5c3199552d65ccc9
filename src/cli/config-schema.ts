import { z } from 'zod'

/** `holdfast.yaml`. Unknown keys are errors: a mistyped key must not be ignored. */
export const configSchema = z.strictObject({
  vault: z.string().min(1).optional().describe('Where backups live: ./folder or s3://bucket/prefix'),
  registry: z.string().min(1).optional().describe('ecr://, ecr://ACCOUNT/REGION or oci://HOST[:PORT]'),
  profile: z.string().min(1).optional().describe('Profile of the AWS configuration files'),
  region: z.string().min(1).optional().describe('AWS Region'),
  roleArn: z.string().min(1).optional().describe('Role to assume'),
  externalId: z.string().min(1).optional().describe('External id for that role'),
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

/** The JSON Schema that editors use; shipped as `holdfast.schema.json`. */
export function configJsonSchema(): object {
  return { title: 'holdfast.yaml', ...z.toJSONSchema(configSchema) }
}
