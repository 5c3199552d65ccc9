import { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { Inventory } from './inventory.ts'
import { notCollected } from './not-collected.ts'

/**
 * Reads a saved inventory. What an older file lacks is unknown (law 3); a newer format, or what is no inventory, is
 * refused. What is inside an answer is not checked further: a control that stumbles over it says so.
 */
export function parseInventory(text: string, name: string): Inventory {
  const found = envelope.safeParse(parseJson(text, name))
  if (!found.success) throw invalid(name, explain(found.error))
  return { ...notCollected, ...found.data } as unknown as Inventory
}

const missing = z.object({ code: z.string(), message: z.string(), needs: z.string() })
const answerOf = <T extends z.ZodType>(ok: T) => z.union([z.object({ ok }), z.object({ error: missing })])
const list = answerOf(z.array(z.looseObject({})))
const records = z.record(z.string(), answerOf(z.unknown()))

const image = z.looseObject({
  digest: z.string(),
  kind: z.enum(['image', 'index', 'artifact']),
  tags: z.array(z.string()),
  bytes: z.number(),
  pushedAt: z.string(),
  status: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING']),
})

const repository = z.looseObject({
  name: z.string(),
  arn: z.string(),
  createdAt: z.string(),
  encryption: z.looseObject({ type: z.string() }),
  tagMutability: z.object({ mode: z.string(), exclusions: z.array(z.string()) }),
  scanOnPush: z.boolean(),
  effectiveScanning: answerOf(z.object({ frequency: z.string(), filters: z.array(z.string()) })),
  policy: answerOf(z.string().nullable()),
  lifecyclePolicy: answerOf(z.string().nullable()),
  tags: answerOf(z.record(z.string(), z.string())),
  images: answerOf(z.array(image)),
  latestScan: answerOf(z.looseObject({ status: z.string() }).nullable()),
  deployedScans: list,
  replicationStatus: answerOf(z.array(z.looseObject({})).nullable()),
})

const envelope = z.looseObject({
  schema: z.literal('holdfast.inventory/1'),
  collectedAt: z.iso.datetime(),
  registry: z.object({
    account: z.string(),
    region: z.string(),
    partition: z.string(),
    identity: z.string(),
    simulated: z.boolean(),
    url: z.string(),
  }),
  registryPolicy: answerOf(z.string().nullable()),
  registryPolicyScope: answerOf(z.string()),
  scanning: answerOf(z.object({ scanType: z.enum(['BASIC', 'ENHANCED']), rules: z.array(z.unknown()) })),
  replication: list,
  pullTimeExclusions: answerOf(z.array(z.string())),
  repositories: answerOf(z.array(repository)),
  keys: records,
  pullThroughRules: list.optional(),
  templates: list.optional(),
  accountSettings: answerOf(z.record(z.string(), z.string())).optional(),
  signing: list.optional(),
  publicRepositories: list.optional(),
  identities: answerOf(
    z.object({
      users: z.array(z.looseObject({})),
      roles: z.array(z.looseObject({})),
      groups: z.array(z.looseObject({})),
      policies: z.array(z.looseObject({})),
    }),
  ).optional(),
  credentials: list.optional(),
  trails: list.optional(),
  logGroups: list.optional(),
  metricFilters: list.optional(),
  alarms: list.optional(),
  topics: records.optional(),
  eventRules: list.optional(),
  schedules: list.optional(),
  vpcEndpoints: list.optional(),
  functions: list.optional(),
  uses: z.record(z.string(), list).optional(),
  pulls: answerOf(z.record(z.string(), z.number())).optional(),
  imageSecrets: list.optional(),
  imagesRead: z.record(z.string(), z.array(z.string())).optional(),
  requests: z.record(z.string(), z.number()),
})

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(name, 'It is not JSON.', cause)
  }
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues
  const at = issue?.path.join('.') ?? ''
  if (at === 'schema') return 'It is no inventory of this version: its schema is not holdfast.inventory/1.'
  return `${at === '' ? 'It' : at}: ${issue?.message ?? 'is not as expected'}`
}

function invalid(name: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('inventory-invalid', {
    what: `${name} is not an inventory that can be judged.`,
    why,
    next: 'Make a new one: holdfast inventory --out FILE',
    cause,
  })
}
