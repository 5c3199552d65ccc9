import { isIP } from 'node:net'
import { z } from 'zod'

const modes = ['IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION'] as const
/** Retention that CloudWatch Logs takes, in days. */
const retentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192],
  ...[2557, 2922, 3288, 3653],
]

const tagMutability = z
  .strictObject({
    mode: z.enum(modes).optional().describe('IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION with tags that may move'),
    exclusions: z
      .array(
        z
          .string()
          .regex(/^[0-9a-zA-Z._*-]{1,128}$/, 'a tag, or a wildcard such as latest or dev-*')
          // The API does not say so, tools refuse it (ecr-facts 2.3).
          .refine((filter) => filter.split('*').length <= 3, 'at most two * in one'),
      )
      .max(5, 'ECR takes at most five')
      .optional()
      .describe('Wildcards of tags that may move'),
  })
  .superRefine(({ mode, exclusions = [] }, context) => {
    if (mode === 'IMMUTABLE' && exclusions.length > 0)
      contradict(context, 'exclusions', 'IMMUTABLE takes none: set mode to IMMUTABLE_WITH_EXCLUSION')
    if (mode === 'IMMUTABLE_WITH_EXCLUSION' && exclusions.length === 0)
      contradict(context, 'mode', 'IMMUTABLE_WITH_EXCLUSION needs exclusions, such as [latest]')
  })

const scanning = z
  .strictObject({
    type: z.enum(['BASIC', 'ENHANCED']).optional().describe('ENHANCED is done by Inspector, and costs'),
    frequency: z
      .enum(['SCAN_ON_PUSH', 'CONTINUOUS_SCAN'])
      .optional()
      .describe('For repositories that no rule covers'),
  })
  .superRefine(({ type, frequency }, context) => {
    if (frequency === 'CONTINUOUS_SCAN' && type !== 'ENHANCED')
      contradict(context, 'frequency', 'basic scanning cannot scan continuously: set type to ENHANCED')
  })

const network = z.strictObject({
  vpcs: z
    .array(z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'an id of a VPC looks like vpc-0123456789abcdef0'))
    .optional()
    .describe('VPCs from which policies may let in'),
  vpcEndpoints: z
    .array(
      z.string().regex(/^vpce-[0-9a-f]{8,17}$/, 'an id of an endpoint looks like vpce-0123456789abcdef0'),
    )
    .optional()
    .describe('VPC endpoints through which policies may let in'),
  sourceIps: z.array(z.string().superRefine(publicRange)).optional().describe('Public addresses, as CIDR'),
})

const encryption = z.strictObject({
  kmsKey: z
    .string({ error: 'what to encrypt with is missing: give the ARN of a key' })
    .superRefine(keyArn)
    .describe('ARN of the customer managed key for repositories that are migrated and for new ones'),
})

const replication = z
  .strictObject({
    destinations: z
      .array(
        z.strictObject({
          region: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region looks like eu-central-1'),
          account: z
            .string()
            .regex(/^\d{12}$/, 'an account id has twelve digits')
            .optional()
            .describe('Another account; absent: this one'),
        }),
      )
      .max(25, 'ECR takes at most 25')
      .optional()
      .describe('Where images are copied to'),
    prefixes: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9._/-]{1,255}$/, 'a prefix of repository names, without *'))
      .max(100, 'ECR takes at most 100')
      .optional()
      .describe('Only repositories whose names begin so'),
  })
  .superRefine(({ destinations = [], prefixes = [] }, context) => {
    const names = destinations.map(({ region, account = '' }) => `${region} ${account}`)
    if (new Set(names).size < names.length) contradict(context, 'destinations', 'one of them is named twice')
    if (prefixes.length > 0 && destinations.length === 0)
      contradict(context, 'prefixes', 'nothing says where to: add destinations')
  })

const monitoring = z.strictObject({
  logGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, 'letters, digits and _ - / . # only')
    .optional()
    .describe('Log group of a trail that is made because none covers ECR'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket that exists')
    .optional()
    .describe('Bucket for that trail'),
  kmsKey: z.string().superRefine(keyArn).optional().describe('Key that encrypts what a trail writes'),
  logsRole: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'the ARN of a role')
    .optional()
    .describe('Role by which a trail writes to its log group'),
  topic: z
    .string()
    .regex(/^[\w-]{1,256}$/, 'the name of the topic: letters, digits, _ and -')
    .optional()
    .describe('Topic that alarms go to'),
  emails: z.array(z.email('not a mail address')).optional().describe('Mail addresses that are told'),
  retentionDays: z
    .number()
    .refine((days) => retentions.includes(days), `CloudWatch Logs takes ${retentions.join(', ')}`)
    .optional()
    .describe('How long the log group keeps entries'),
})

const templates = z.strictObject({
  role: z
    .string({ error: 'which role is missing: give its ARN' })
    .regex(
      /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/,
      'the ARN of a role looks like arn:aws:iam::111122223333:role/...',
    )
    .describe('Role by which ECR makes repositories that have a key or tags'),
})

const signing = z.strictObject({
  profile: z
    .string({ error: 'which profile is missing: give its ARN' })
    .regex(
      /^arn:aws[\w-]*:signer:[a-z0-9-]+:\d{12}:\/signing-profiles\/\w{2,}$/,
      'the ARN of a profile looks like arn:aws:signer:eu-west-1:111122223333:/signing-profiles/images',
    )
    .describe('Profile of AWS Signer with which ECR signs what is pushed'),
})

const owners = z.record(
  z.string().min(1, 'a glob of repository names'),
  z
    .string()
    .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u, 'letters, digits, spaces and _ . : / = + - @ only'),
)

const accountSettings = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'a name such as BLOB_MOUNTING'),
  z.string().min(1, 'a value such as ENABLED'),
)

const pullTimeExclusions = z
  .array(
    z
      .string()
      .regex(
        /^arn:aws[\w-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
        'the ARN of a role or a user looks like arn:aws:iam::111122223333:role/scanner',
      ),
  )
  .max(100, 'ECR takes at most 100')

/** A policy is looked at by what plans it; here only what can be no policy at all. */
const identities = z.strictObject({
  policies: z
    .record(
      z
        .string()
        .regex(
          /^((user|role|group)\/.*[^/]\/[\w+=,.@-]{1,128}|arn:aws[\w-]*:iam::\d{12}:policy\/.+)$/,
          'user/NAME/POLICY, role/NAME/POLICY, group/NAME/POLICY, or the ARN of a managed policy of the account',
        ),
      z.looseObject({
        Statement: z.union([z.array(z.looseObject({})).min(1), z.looseObject({})], {
          error: 'a policy has statements: paste what holdfast access minimize --policy prints',
        }),
      }),
    )
    .optional()
    .describe('Policies for users and roles that may do too much, by their place'),
  detach: z
    .array(
      z
        .string()
        .regex(
          /^(user|role|group)\/.*[^/]:arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/,
          'who has it and its ARN: user/NAME:arn:aws:iam::aws:policy/...',
        ),
    )
    .optional()
    .describe('Managed policies that are taken off, with who has them'),
})

/** What a plan should make of a registry. What is absent is not wished for. */
export const baselineSchema = z.strictObject({
  tagMutability: tagMutability.optional().describe('Which tags may move'),
  scanning: scanning.optional().describe('How images are scanned'),
  lifecycle: z
    .strictObject({
      untaggedDays: z
        .number()
        .int()
        .min(1, 'an image that has just lost its tag would expire at once: 1 or more')
        .max(36_500)
        .optional()
        .describe('Untagged images expire so many days after their push'),
    })
    .optional()
    .describe('What a lifecycle policy takes'),
  network: network.optional().describe('From where policies may let in everybody whom they let in'),
  encryption: encryption.optional().describe('Key of repositories'),
  templates: templates.optional().describe('How ECR makes repositories by itself'),
  signing: signing.optional().describe('How images are signed'),
  owners: owners
    .optional()
    .describe('Who owns repositories, by globs of their names: the first that fits counts'),
  accountSettings: accountSettings.optional().describe("Values of ECR's account settings, by name"),
  pullTimeExclusions: pullTimeExclusions
    .optional()
    .describe('Roles and users whose pulls do not count as use, such as scanners'),
  replication: replication.optional().describe('Copies in other Regions and accounts'),
  monitoring: monitoring.optional().describe('Who hears of what happens'),
  identities: identities.optional().describe('Smaller policies of users and roles'),
  retire: z
    .strictObject({
      graceDays: z
        .number()
        .int()
        .min(1, 'nobody could object: 1 or more')
        .max(3650)
        .optional()
        .describe('Days between the mark on an unused repository and its deletion'),
    })
    .optional()
    .describe('What becomes of unused repositories'),
})

function contradict(context: z.RefinementCtx, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message })
}

/** ECR takes aliases in some calls and shows an ARN ever after: a wish that is compared must be one. */
function keyArn(text: string, context: z.RefinementCtx): void {
  if (/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(text)) return
  const isAlias = /(^|:)alias\//.test(text)
  const message = isAlias
    ? 'an alias may point to another key tomorrow: give the ARN of the key itself (aws kms describe-key)'
    : 'the ARN of a key looks like arn:aws:kms:eu-west-1:111122223333:key/1234abcd-...'
  context.addIssue({ code: 'custom', message })
}

function publicRange(text: string, context: z.RefinementCtx): void {
  const [address = '', bits = '', ...more] = text.split('/')
  const version = isIP(address)
  const isRange = version > 0 && /^\d{1,3}$/.test(bits) && more.length === 0
  const wrong =
    !isRange || Number(bits) > (version === 4 ? 32 : 128)
      ? 'a range looks like 203.0.113.0/24'
      : Number(bits) === 0
        ? 'that is everybody'
        : // aws:SourceIp is the public address; behind an endpoint it is absent.
          privateAddress.test(address) && 'AWS never sees a private address there: name vpcs or vpcEndpoints'
  if (wrong) context.addIssue({ code: 'custom', message: wrong })
}

const privateAddress = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|127\.|f[cd]|fe80)/i
