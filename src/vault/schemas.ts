import { z } from 'zod'
import { type Digest, isDigest } from '../core/digest.ts'
import { isRepositoryName, isTag } from '../core/reference.ts'
import type { RepositoryState, Shard, SnapshotRoot, Tombstone, VaultHeader } from './format.ts'

/** Everything read from a vault passes here: unknown members, unsafe numbers and malformed digests are damage. */

const count = z.int().nonnegative()
const text = z.string()
const hex = z.string().regex(/^[0-9a-f]{64}$/)
export const digest = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'not a digest',
)
export const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
export const identifier = z.string().regex(/^[0-9a-z]{8,64}$/)
const status = z.enum(['active', 'archived', 'activating'])

/**
 * A map from names to values. Not z.record: that drops a member called `__proto__`, which is a legal tag. The
 * result has no prototype, so that a tag called `constructor` is found only when it is there.
 */
function mapOf<T>(isKey: (key: string) => boolean, values: z.ZodType<T>) {
  return z.unknown().transform((input, context): Record<string, T> => {
    const result: Record<string, T> = Object.create(null)
    const fail = (message: string) => context.addIssue({ code: 'custom', message, input })
    if (typeof input !== 'object' || input === null || Array.isArray(input)) fail('not an object')
    for (const [key, value] of Object.entries(input ?? {})) {
      const parsed = values.safeParse(value)
      if (!isKey(key) || !parsed.success) fail(`bad member ${JSON.stringify(key)}`)
      else result[key] = parsed.data
    }
    return result
  })
}

const anyKey = () => true

/** What a repository may be called in a vault. Other registries than ECR allow names of one character. */
export const isName = (name: string): boolean => isRepositoryName(name) || /^[a-z0-9]$/.test(name)

const settings = z.strictObject({
  arn: text.exactOptional(),
  createdAt: text.exactOptional(),
  encryption: z.strictObject({ type: text, kmsKey: text.exactOptional() }).exactOptional(),
  tagMutability: z.strictObject({ mode: text, exclusions: z.array(text) }).exactOptional(),
  scanOnPush: z.boolean().exactOptional(),
  policy: text.exactOptional(),
  lifecyclePolicy: text.exactOptional(),
  resourceTags: mapOf(anyKey, text).exactOptional(),
})

const manifest = z.strictObject({
  digest,
  mediaType: text,
  size: count,
  subject: digest.exactOptional(),
  artifactType: text.exactOptional(),
  pushedAt: text.exactOptional(),
  lastPull: text.exactOptional(),
  status,
  blobs: z.array(digest),
  manifests: z.array(digest),
  external: z.array(digest).exactOptional(),
})

export const stateSchema: z.ZodType<RepositoryState> = z.strictObject({
  schema: z.literal('holdfast.state/1'),
  repository: z.string().refine(isName, 'not a repository name'),
  settings,
  blobs: z.array(z.strictObject({ digest, size: count, mediaType: text.exactOptional() })),
  manifests: z.array(manifest),
  tags: mapOf(isTag, digest),
})

const shardEntry = z.strictObject({ state: hex, manifests: count, tags: count, blobs: count, bytes: count })

export const shardSchema: z.ZodType<Shard> = z.strictObject({
  schema: z.literal('holdfast.shard/1'),
  repositories: mapOf(isName, shardEntry),
})

const registry = z.strictObject({
  key: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/),
  url: text,
  kind: z.enum(['ecr', 'oci']),
  account: text.exactOptional(),
  region: text.exactOptional(),
  simulated: z.boolean(),
})

const registrySettings = z.strictObject({
  policy: text.exactOptional(),
  replication: z.unknown().exactOptional(),
  scanning: z.unknown().exactOptional(),
  signing: z.unknown().exactOptional(),
  pullThroughRules: z.array(z.unknown()).exactOptional(),
  creationTemplates: z.array(z.unknown()).exactOptional(),
  accountSettings: mapOf(anyKey, text).exactOptional(),
  pullTimeExclusions: z.array(text).exactOptional(),
})

const skipped = z.strictObject({
  repository: text,
  digest: digest.exactOptional(),
  code: text,
  reason: text,
})

export const rootSchema: z.ZodType<SnapshotRoot> = z.strictObject({
  schema: z.literal('holdfast.snapshot/1'),
  format: count,
  id: identifier,
  registry,
  time,
  committedAt: time,
  parent: identifier.exactOptional(),
  madeBy: z.strictObject({ tool: text, identity: text.exactOptional() }),
  selection: z.array(text).exactOptional(),
  complete: z.boolean(),
  skipped: z.array(skipped),
  shards: z.array(hex),
  totals: z.strictObject({
    repositories: count,
    manifests: count,
    tags: count,
    blobs: count,
    bytes: count,
  }),
  settings: registrySettings,
})

export const tombstoneSchema: z.ZodType<Tombstone> = z.strictObject({
  schema: z.literal('holdfast.tombstone/1'),
  run: identifier,
  time,
})

export const headerSchema: z.ZodType<VaultHeader> = z.strictObject({
  schema: z.literal('holdfast.vault/1'),
  format: count,
  id: identifier,
  createdAt: time,
  capabilities: z.strictObject({ conditionalCreate: z.boolean(), versions: z.boolean().exactOptional() }),
})
