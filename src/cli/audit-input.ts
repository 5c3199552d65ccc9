import type { AuditReport, JudgeOptions } from '../audit/audit.ts'
import { defaultSettings } from '../controls/settings.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type CommandOptions, option } from './command.ts'
import type { Config } from './config.ts'
import type { CommandContext } from './context.ts'
import { textOf } from './lifecycle.ts'
import { openStoreFor } from './vault.ts'

/** What `--framework` and `--control` leave to ask; each narrows the other. Undefined: everything. */
export async function askedOf(
  options: CommandOptions,
): Promise<{ frameworks?: string[]; controls?: string[] }> {
  const frameworks = option.list(options, 'framework')
  const wanted = option.list(options, 'control')
  if (!frameworks) return wanted ? { controls: wanted } : {}
  const { controlsOfFrameworks } = await import('../audit/by-framework.ts')
  const shown = controlsOfFrameworks(frameworks)
  const controls = wanted ? shown.filter((id) => wanted.includes(id)) : shown
  if (controls.length > 0) return { frameworks, controls }
  throw new HoldfastError('usage', {
    what: `None of these controls shows anything about ${frameworks.join(', ')}`,
    next: 'Leave --control out, or --framework: holdfast explain CONTROL lists what a control maps to.',
  })
}

/** What holdfast.yaml expects of a registry, and what it accepts. */
export function expectedOf({
  audit = {},
  waivers = [],
}: Config): Required<Pick<JudgeOptions, 'settings' | 'waivers'>> {
  const { failOn: _, fixWithinDays, ...given } = audit
  return {
    settings: {
      ...defaultSettings,
      ...said(given),
      fixWithinDays: { ...defaultSettings.fixWithinDays, ...said(fixWithinDays ?? {}) },
    },
    waivers,
  }
}

/** Without the members that are undefined, which would hide a default. */
export function said<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** The report to compare with. */
export async function sinceOf(
  context: CommandContext,
  options: CommandOptions,
): Promise<AuditReport | undefined> {
  const file = option.text(options, 'since')
  if (file === undefined) return undefined
  const report = parseReport(await textOf(context, file))
  if (report) return report
  throw new HoldfastError('config-invalid', {
    what: `${file} is no report of an audit.`,
    next: 'Make one: holdfast audit --out report.json',
  })
}

function parseReport(text: string): AuditReport | undefined {
  let found: Partial<AuditReport> | null
  try {
    found = JSON.parse(text) as Partial<AuditReport> | null
  } catch {
    return undefined
  }
  const whole = found?.schema === 'holdfast.audit/1' && Array.isArray(found.findings)
  return whole && found?.summary?.byControl && found.collectedAt ? (found as AuditReport) : undefined
}

/** With `--vault`: what looks like a secret in the images of the registry's newest snapshot. */
export async function withSecrets(
  context: CommandContext,
  options: CommandOptions,
  inventory: Inventory,
): Promise<Inventory> {
  if (option.text(options, 'vault') === undefined) return inventory
  const { openVault } = await import('../vault/vault.ts')
  const { findImageSecrets } = await import('../audit/image-secrets.ts')
  const { signal, clock } = context.run
  const store = await openStoreFor(context, options)
  try {
    const vault = await openVault(store, signal)
    const { account, region } = inventory.registry
    const { root } = await vault.snapshots.newest(`ecr-${account}-${region}`, signal, clock.now())
    if (!root) throw noSnapshot(inventory)
    const { secrets, read } = await findImageSecrets(vault, root, signal)
    return { ...inventory, imageSecrets: { ok: secrets }, imagesRead: read }
  } finally {
    await store.close()
  }
}

function noSnapshot({ registry }: Inventory): HoldfastError {
  return new HoldfastError('snapshot-not-found', {
    what: `The vault has no snapshot of ${registry.url}.`,
    next: 'Make one: holdfast backup',
  })
}
