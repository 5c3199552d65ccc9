import { z } from 'zod'
import { type Digest, isDigest, shortDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { canonicalText } from '../vault/canonical.ts'
import type { RepositoryRestorePlan, RestoreOptions, RestorePlan } from './report.ts'

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a digest')
const texts = z.array(z.string())

const options = z.strictObject({
  repositories: texts.exactOptional(),
  tags: texts.exactOptional(),
  digests: z.array(digest).exactOptional(),
  prefix: z.string().exactOptional(),
  renames: z.array(z.strictObject({ from: z.string(), to: z.string() })).exactOptional(),
  kmsKey: z.string().exactOptional(),
  overwriteTags: z.boolean().exactOptional(),
  settings: z.enum(['fill', 'overwrite', 'none']).exactOptional(),
  registrySettings: z.boolean().exactOptional(),
})

const repository = z.object({
  repository: z.string(),
  into: z.string(),
  state: z.string(),
  create: z.record(z.string(), z.unknown()).exactOptional(),
  manifests: z.array(z.object({ digest })),
  tags: z.array(z.object({ tag: z.string(), digest, from: digest.exactOptional() })),
  archive: z.array(digest),
  settings: z.record(z.string(), z.unknown()),
})

const change = z.object({ setting: z.string(), name: z.string().exactOptional(), to: z.unknown() })

const document = z.object({
  schema: z.literal('holdfast.restore-plan/1'),
  snapshot: z.object({ id: z.string(), registry: z.object({ key: z.string() }) }),
  target: z.object({ key: z.string(), url: z.string() }),
  options,
  repositories: z.array(repository),
  registrySettings: z.object({ changes: z.array(change) }).exactOptional(),
})

/** What is read of a plan that was saved: enough to plan again, and to see what the new plan adds. */
export interface SavedPlan extends Omit<z.infer<typeof document>, 'options'> {
  options: RestoreOptions
}

export function parsePlan(text: string, file: string): SavedPlan {
  let why = 'It is not JSON.'
  try {
    const parsed = document.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    why = `${issue?.message ?? 'wrong shape'} at ${issue?.path.join('.') || 'the top'}`
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new HoldfastError('config-invalid', {
    what: `${file} is not a restore plan.`,
    why,
    next: 'Make one: holdfast restore SNAPSHOT --plan-out FILE',
  })
}

/**
 * Refuses when the plan of now would do anything that the saved one does not say. Less is fine: that is what an
 * interrupted restore of the same plan has done already.
 */
export function refuseBeyond(saved: SavedPlan, fresh: RestorePlan): void {
  const found = [...beyond(saved, fresh)]
  if (found.length === 0) return
  const more = found.length > 5 ? `; and ${found.length - 5} more` : ''
  throw new HoldfastError('restore-refused', {
    what: `The target is not as it was when the plan was made: ${found.slice(0, 5).join('; ')}${more}. Nothing was changed.`,
    why: 'The restore would do something that the plan does not say.',
    next: 'Make a new plan with --plan-out, and look at it.',
  })
}

function* beyond(saved: SavedPlan, fresh: RestorePlan): Generator<string> {
  if (saved.target.key !== fresh.target.key) {
    yield `the plan is for ${saved.target.url}, this is ${fresh.target.url}`
    return
  }
  const known = new Map(saved.repositories.map((plan) => [plan.repository, plan]))
  for (const plan of fresh.repositories) {
    const before = known.get(plan.repository)
    if (before) yield* beyondRepository(before, plan)
    else yield `${plan.repository} is not in the plan`
  }
  const changes = new Set((saved.registrySettings?.changes ?? []).map(nameOf))
  for (const each of fresh.registrySettings?.changes ?? [])
    if (!changes.has(nameOf(each))) yield `the registry setting ${each.name ?? each.setting} has changed`
}

function nameOf({ setting, name, to }: z.infer<typeof change>): string {
  return canonicalText([setting, name ?? '', to ?? ''])
}

function* beyondRepository(
  saved: SavedPlan['repositories'][number],
  fresh: RepositoryRestorePlan,
): Generator<string> {
  const { into } = fresh
  if (saved.into !== into || saved.state !== fresh.state) yield `${into} is not what the plan says`
  if (fresh.create && !saved.create) yield `${into} is gone`
  const created = saved.create && fresh.create
  if (created && canonicalText(saved.create) !== canonicalText(fresh.create))
    yield `${into} would be created otherwise`
  const manifests = new Set<string>(saved.manifests.map((each) => each.digest))
  const lost = fresh.manifests.filter((each) => !manifests.has(each.digest))
  if (lost[0]) yield `${into}@${shortDigest(lost[0].digest)} is gone`
  const tags = new Map(saved.tags.map((each) => [each.tag, each]))
  for (const { tag, digest: wanted, from } of fresh.tags) {
    const before = tags.get(tag)
    if (before?.digest === wanted && before.from === from) continue
    yield `${into}:${tag} ${from ? `points to ${shortDigest(from)}` : 'is gone'}`
  }
  const archive = new Set<string>(saved.archive)
  if (fresh.archive.some((each) => !archive.has(each))) yield `${into} has images that left the archive`
  for (const [name, value] of Object.entries(fresh.settings))
    if (canonicalText(saved.settings[name] ?? null) !== canonicalText(value ?? null))
      yield `${into} has another ${name}`
}
