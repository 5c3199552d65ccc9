import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { canonicalText } from '../vault/canonical.ts'
import type { RegistryIdentity, RegistrySettings } from '../vault/format.ts'
import type { NotRestored, RegistryChange, RestorePlan, Route } from './report.ts'
import { repositorySetback } from './setback.ts'

export interface RegistryPlan {
  changes: RegistryChange[]
  /** What the snapshot has and the target will not get, and what people should know. */
  warnings: string[]
}

interface Places {
  from: RegistryIdentity
  to: RegistryIdentity
}

/**
 * What would make the registry's own settings those of the snapshot: only what differs, nothing is removed. In the
 * order in which it is done: the policy last, because it may forbid the rest.
 */
export function planRegistrySettings(
  wanted: RegistrySettings,
  found: RegistrySettings,
  places: Places,
): RegistryPlan {
  const plan: RegistryPlan = { changes: [], warnings: [] }
  planAccountSettings(plan, wanted, found)
  planRules(plan, wanted, found)
  planTemplates(plan, wanted, found)
  planExclusions(plan, wanted, found)
  planDocument(plan, 'signing', { wanted: wanted.signing, found: found.signing })
  planDocument(plan, 'scanning', { wanted: wanted.scanning, found: found.scanning })
  planDocument(plan, 'replication', { wanted: wanted.replication, found: found.replication })
  if (wanted.policy !== undefined && !samePolicy(wanted.policy, found.policy))
    plan.changes.push({ setting: 'policy', action: found.policy ? 'replace' : 'set', to: wanted.policy })
  return withoutForeign(plan, places)
}

/** Both are JSON that people may have laid out differently. */
function samePolicy(wanted: string, found: string | undefined): boolean {
  if (found === undefined || wanted === found) return wanted === found
  try {
    return same(JSON.parse(wanted), JSON.parse(found))
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function same(a: unknown, b: unknown): boolean {
  return canonicalText(a ?? null) === canonicalText(b ?? null)
}

function planDocument(
  plan: RegistryPlan,
  setting: 'signing' | 'scanning' | 'replication',
  { wanted, found }: { wanted: unknown; found: unknown },
): void {
  if (wanted !== undefined && !same(wanted, found))
    plan.changes.push({ setting, action: found === undefined ? 'set' : 'replace', to: wanted })
}

function planAccountSettings(plan: RegistryPlan, wanted: RegistrySettings, found: RegistrySettings): void {
  for (const [name, value] of Object.entries(wanted.accountSettings ?? {})) {
    if (found.accountSettings?.[name] !== value)
      plan.changes.push({ setting: 'accountSettings', action: 'set', name, to: value })
  }
}

/** A rule can only be made or removed (ecr-facts 2.7), and a restore removes nothing. */
function planRules(plan: RegistryPlan, wanted: RegistrySettings, found: RegistrySettings): void {
  const there = byName(found.pullThroughRules, 'ecrRepositoryPrefix')
  for (const [name, rule] of byName(wanted.pullThroughRules, 'ecrRepositoryPrefix')) {
    const now = there.get(name)
    if (!now) plan.changes.push({ setting: 'pullThroughRules', action: 'create', name, to: rule })
    else if (!same(now, rule))
      plan.warnings.push(
        `The pull-through cache rule ${name} differs from the snapshot's and is left as it is.`,
      )
  }
}

function planTemplates(plan: RegistryPlan, wanted: RegistrySettings, found: RegistrySettings): void {
  const there = byName(found.creationTemplates, 'prefix')
  for (const [name, template] of byName(wanted.creationTemplates, 'prefix')) {
    const now = there.get(name)
    if (now && same(now, template)) continue
    const action = now ? 'replace' : 'create'
    plan.changes.push({ setting: 'creationTemplates', action, name, to: template })
  }
}

function planExclusions(plan: RegistryPlan, wanted: RegistrySettings, found: RegistrySettings): void {
  for (const name of wanted.pullTimeExclusions ?? []) {
    if (!found.pullTimeExclusions?.includes(name))
      plan.changes.push({ setting: 'pullTimeExclusions', action: 'create', name, to: name })
  }
}

/** By the member that names them; times and the account are the registry's own and cannot be set. */
function byName(list: unknown[] | undefined, key: string): Map<string, Record<string, unknown>> {
  const rows = (list ?? []).map((row) => {
    const { createdAt: _, updatedAt: __, registryId: ___, ...rest } = row as Record<string, unknown>
    return [String(rest[key]), rest] as const
  })
  return new Map(rows)
}

/**
 * In another account or Region: a secret, a KMS key, a role or a signing profile of the old place does not exist there,
 * and a registry does not replicate to itself. Such settings are left out; a policy is set as it is, with a warning.
 */
function withoutForeign(plan: RegistryPlan, { from, to }: Places): RegistryPlan {
  if (from.account === to.account && from.region === to.region) return plan
  const warnings = [...plan.warnings]
  const changes = plan.changes.filter((change) => {
    const text = JSON.stringify(change.to)
    const what = change.name ? `${change.setting} ${change.name}` : change.setting
    const selfMade = change.setting === 'replication' && replicatesTo(change.to, to)
    if (change.setting === 'policy' && mentions(text, { from, to }))
      warnings.push('The registry policy names resources of the old registry; it is set as it is: check it.')
    const bound =
      change.setting !== 'policy' && mentions(text, { from, to }) && change.setting !== 'replication'
    if (bound)
      warnings.push(
        `${what} is left out: it names a key, secret, role or profile of the old account or Region.`,
      )
    if (selfMade) warnings.push('replication is left out: it would replicate the target to itself.')
    return !bound && !selfMade
  })
  return { changes, warnings }
}

/** Whether it names something that is only in the old account, or only in the old Region: IAM knows no Regions. */
function mentions(text: string, { from, to }: Places): boolean {
  const arns = text.match(/arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d{12}:/g) ?? []
  return arns.some((arn) => {
    const [, , service, region, account] = arn.split(':')
    const oldAccount = account === from.account && from.account !== to.account
    return oldAccount || (service !== 'iam' && region === from.region && from.region !== to.region)
  })
}

function replicatesTo(replication: unknown, { account, region }: RegistryIdentity): boolean {
  const { rules = [] } = replication as { rules?: { destinations: { region: string; account: string }[] }[] }
  return rules.some(({ destinations }) =>
    destinations.some((each) => each.region === region && each.account === account),
  )
}

/** The plan for `--registry-settings`. */
export async function registryPlanFor({ snapshot, target }: Route, run: Run): Promise<RegistryPlan> {
  if (!target.registrySettings) {
    throw new HoldfastError('usage', {
      what: `${target.identity.url} has no settings of its own that could be restored.`,
      why: 'Only ECR registries have them.',
      next: 'Leave --registry-settings out.',
    })
  }
  const places = { from: snapshot.registry, to: target.identity }
  const found = await target.registrySettings(run.signal)
  const plan = planRegistrySettings(snapshot.settings, found, places)
  const lacking = snapshot.skipped
    .filter(({ repository }) => repository === '*')
    .map(({ reason }) => `The snapshot lacks settings of the registry: ${reason}`)
  return { ...plan, warnings: [...lacking, ...plan.warnings] }
}

/** One after the other, in the plan's order; what is refused is listed, and the others go on. */
export async function applyRegistrySettings(
  { target }: Route,
  { registrySettings }: RestorePlan,
  run: Run,
): Promise<{ applied: RegistryChange[]; failed: NotRestored[] }> {
  const applied: RegistryChange[] = []
  const failed: NotRestored[] = []
  for (const change of registrySettings?.changes ?? []) {
    run.signal.throwIfAborted()
    try {
      await target.applyRegistrySetting?.(change, run.signal)
      applied.push(change)
    } catch (error) {
      const what = change.name ? `${change.setting} ${change.name}` : change.setting
      const { kind, reason } = repositorySetback(error, run)
      failed.push({ kind, repository: '*', reason: `${what}: ${reason}` })
    }
  }
  return { applied, failed }
}
