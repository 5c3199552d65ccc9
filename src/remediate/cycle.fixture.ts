import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judge } from '../audit/audit.ts'
import { demoSettings, openDemo } from '../audit/demo.fixture.ts'
import type { AwsContext } from '../aws/context.ts'
import { type Clock, jumpingClock } from '../core/clock.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { openStore } from '../store/open.ts'
import type { Vault } from '../vault/vault.ts'
import { type ApplyOptions, type ApplyReport, applyPlan } from './apply.ts'
import { type Baseline, defaultBaseline } from './baseline.ts'
import { type Door, openDoor } from './door.ts'
import { type Journal, openJournal } from './journal.ts'
import { makePlan, type Plan } from './plan.ts'
import { type RollbackReport, rollBack } from './rollback.ts'
import { vaultOfSeed } from './snapshot.fixture.ts'

export const demoBaseline: Baseline = {
  ...defaultBaseline,
  scanning: { type: 'ENHANCED', frequency: 'CONTINUOUS_SCAN' },
  encryption: { kmsKey: demoSettings.allowedKeys[0] ?? '' },
  templates: { role: 'arn:aws:iam::111122223333:role/ecr-templates' },
  signing: { profile: 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/platform' },
  network: { ...defaultBaseline.network, vpcEndpoints: ['vpce-0e00000000000000a'] },
  monitoring: {
    ...defaultBaseline.monitoring,
    emails: ['security@shop.example'],
    kmsKey: demoSettings.allowedKeys[0] ?? '',
  },
  owners: { 'shop/*': 'shop-team', '*': 'platform-team' },
  replication: { destinations: [{ region: 'us-east-1' }], prefixes: [] },
  identities: {
    policies: {
      'arn:aws:iam::111122223333:policy/registry-maintainers': allowing('ecr:ListImages', '*'),
      'role/ecr-cleanup/delete-images': allowing('ecr:BatchDeleteImage', 'sandbox/*'),
      'user/ci-publisher/publish-images': allowing('ecr:PutImage', 'shop/*'),
      'group/developers/shop-images': allowing('ecr:PutImage', 'shop/*'),
    },
    detach: [
      'group/developers:arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser',
      'user/dora:arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess',
    ],
  },
  audit: demoSettings,
}

/** One action on some repositories. */
function allowing(Action: string, repositories: string) {
  const Resource = `arn:aws:ecr:eu-west-1:111122223333:repository/${repositories}`
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] }
}

/** A registry of the sandbox with everything that a plan needs, for tests. */
export interface Cycle {
  sandbox: Sandbox
  aws: AwsContext
  door: Door
  journal: Journal
  inventory(): Promise<Inventory>
  /** Of these controls only; absent: all. */
  plan(controls?: readonly string[], baseline?: Baseline): Promise<Plan>
  apply(plan: Plan, options?: ApplyOptions): Promise<ApplyReport>
  rollBack(run: string): Promise<RollbackReport>
  /** Findings of these controls that fail now. */
  failing(controls?: readonly string[]): Promise<string[]>
  /** Requests since the last time it was asked, those that changed something, as `ecr:PutImageTagMutability`. */
  changes(): string[]
  close(): Promise<void>
}

export async function openCycle({
  seed = 'demo',
}: {
  seed?: 'demo' | 'clean' | 'empty'
} = {}): Promise<Cycle> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cycle-'))
  const sandbox = await startSandbox({ seed })
  const aws = await openDemo(sandbox)
  const run = quietRun({ clock: tickingClock() })
  let vault: Promise<Vault> | undefined
  const takeSnapshot = () => {
    vault ??= vaultOfSeed(seed, run)
    return vault
  }
  const door = await openDoor(aws, run, { vault: takeSnapshot })
  const store = await openStore(join(folder, 'journal'))
  const journal = openJournal(store)
  const inventory = () => collectInventory(aws, run)
  const judged = async (controls?: readonly string[]) => {
    const found = await inventory()
    const report = judge(found, { settings: demoSettings, ...(controls && { controls }) })
    return { inventory: found, report }
  }
  let seen = 0
  return {
    ...{ sandbox, aws, door, journal, inventory },
    plan: async (controls, baseline = demoBaseline) =>
      await makePlan(door, { ...(await judged(controls)), baseline, wishes: !controls }),
    apply: (plan, options) => applyPlan(door, { plan, journal }, options),
    rollBack: async (id) => await rollBack(door, { run: await journal.read(id, run.signal), journal }),
    failing: async (controls) => {
      const { report } = await judged(controls)
      const failed = report.findings.filter(({ status }) => status === 'fail')
      return failed.map(({ control, resource }) => `${control} ${resource}`)
    },
    changes: () => {
      const log = sandbox.requestLog().slice(seen)
      seen += log.length
      return log
        .filter(({ operation }) => changesSomething(operation))
        .map((one) => `${one.service}:${one.operation}`)
    },
    close: async () => {
      door.close()
      aws.close()
      await store.close()
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Later each time it is asked, so that runs of the journal sort by time. */
function tickingClock(): Clock {
  const clock = jumpingClock(new Date())
  const now = () => {
    clock.advance(1)
    return clock.now()
  }
  return { ...clock, now }
}

function changesSomething(operation: string): boolean {
  return !/^(Describe|Get|List|BatchGet|BatchCheck|Head|Generate|Lookup|Test|Assume)/.test(operation)
}

/** Whose plans copy repositories: afterwards their images are young, and other controls see that. */
export const copying: readonly string[] = [
  'kms-key-allowed',
  'kms-customer-key',
  'kms-encryption',
  'kms-key-place',
]

export function copyingLast(controls: readonly string[]): string[] {
  return [
    ...controls.filter((one) => !copying.includes(one)),
    ...controls.filter((one) => copying.includes(one)),
  ]
}

/**
 * What two inventories of the same registry are compared by: without times and counts of the reading itself; and, where
 * the plan copied a repository, without what its images cannot take along: when they were pushed, pulled, archived and scanned.
 */
export function settled(
  { collectedAt: _, requests: __, ...rest }: Inventory,
  { steps }: Pick<Plan, 'steps'> = { steps: [] },
): unknown {
  const { repositories } = rest
  const copied = steps.filter(({ kind }) => kind === 'repository-encryption').map(({ resource }) => resource)
  if (!('ok' in repositories) || copied.length === 0) return rest
  const settledOnes = repositories.ok.map((one) => (copied.includes(one.name) ? timeless(one) : one))
  return { ...rest, repositories: { ok: settledOnes } }
}

function timeless(repository: RepositoryInventory): unknown {
  const { createdAt: _, latestScan: __, deployedScans: ___, images, ...rest } = repository
  if (!('ok' in images)) return repository
  const kept = images.ok.map(({ pushedAt: _, lastPull: __, archivedAt: ___, ...image }) => image)
  return { ...rest, images: { ok: kept } }
}
