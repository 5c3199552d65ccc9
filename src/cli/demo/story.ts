import { type AuditReport, judge } from '../../audit/audit.ts'
import type { AwsContext } from '../../aws/context.ts'
import { openAws } from '../../aws/open.ts'
import { backup } from '../../backup/backup.ts'
import type { BackupReport } from '../../backup/report.ts'
import type { Source } from '../../backup/source.ts'
import { openSource } from '../../backup/sources/open.ts'
import type { Run } from '../../core/run.ts'
import { collectInventory } from '../../inventory/collect.ts'
import type { RestoreReport } from '../../restore/report.ts'
import { planRestore, restore } from '../../restore/restore.ts'
import { openTarget } from '../../restore/targets/open.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { openStore } from '../../store/open.ts'
import { openOrInitVault, type Vault } from '../../vault/vault.ts'
import { verifyVault } from '../../vault/verify.ts'
import { type Disaster, strike } from './disaster.ts'
import { differences, type Fingerprint, fingerprint, unreadable } from './fingerprint.ts'
import type { Place } from './place.ts'
import { type PutRight, putRight } from './put-right.ts'

/** Told as each chapter ends, so that a person can read along. */
export interface Listener {
  audited(report: AuditReport): void
  backedUp(report: BackupReport): void
  verified(report: Awaited<ReturnType<typeof verifyVault>>): void
  struck(disaster: Disaster): void
  restored(report: RestoreReport, compared: Comparison): void
  backedUpAgain(report: BackupReport): void
  putRight(what: PutRight): void
}

export interface Comparison {
  repositories: number
  images: number
  differences: string[]
}

export interface Story {
  audit: AuditReport
  backup: BackupReport
  verify: Awaited<ReturnType<typeof verifyVault>>
  disaster: Disaster
  restore: RestoreReport
  comparison: Comparison
  secondBackup: BackupReport
  putRight: PutRight
}

const main = { url: { kind: 'ecr' } as const }

/** Plays the whole story against a running sandbox with the same engines as the commands. */
export async function tellStory(
  sandbox: Sandbox,
  place: Pick<Place, 'vault' | 'journal'>,
  { run, listener }: { run: Run; listener: Listener },
): Promise<Story> {
  const aws = await openDemoAws(sandbox)
  const store = await openStore(place.vault)
  const journal = await openStore(place.journal)
  try {
    const audit = judge(await collectInventory(aws, run, {}), {})
    listener.audited(audit)
    const vault = await openOrInitVault(store, run)
    const first = await withSource(aws, run, (source) => backup(source, vault, {}, run))
    listener.backedUp(first)
    const verify = await verifyVault(vault, { data: true }, run)
    listener.verified(verify)
    const before = await withSource(aws, run, (source) => fingerprint(source, run.signal))
    const disaster = await strike(aws, run.signal)
    listener.struck(disaster)
    const restored = await restoreAll(aws, vault, run)
    const comparison = await compare(aws, before, run)
    listener.restored(restored, comparison)
    const secondBackup = await withSource(aws, run, (source) => backup(source, vault, {}, run))
    listener.backedUpAgain(secondBackup)
    const right = await putRight({ aws, vault, journal }, run)
    listener.putRight(right)
    const told = { audit, backup: first, verify, disaster, restore: restored, comparison }
    return { ...told, secondBackup, putRight: right }
  } finally {
    await Promise.all([store.close(), journal.close()])
    aws.close()
  }
}

async function openDemoAws(sandbox: Sandbox): Promise<AwsContext> {
  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  return openAws({
    region: account.regions[0] ?? 'eu-west-1',
    credentials: { accessKeyId: account.accessKeyId, secretAccessKey: account.secretAccessKey },
    endpoint: sandbox.awsEndpoint,
    registryEndpoint: sandbox.registryEndpoint,
  })
}

async function withSource<T>(aws: AwsContext, run: Run, work: (source: Source) => Promise<T>): Promise<T> {
  const source = await openSource(main.url, { aws }, run)
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

async function restoreAll(aws: AwsContext, vault: Vault, run: Run): Promise<RestoreReport> {
  const target = await openTarget(main.url, { aws }, run)
  try {
    const from = { vault, snapshot: await vault.snapshots.find('latest'), target }
    const plan = await planRestore(from, { overwriteTags: true }, run)
    return await restore(from, plan, run)
  } finally {
    await target.close()
  }
}

async function compare(aws: AwsContext, before: Fingerprint, run: Run): Promise<Comparison> {
  return withSource(aws, run, async (source) => {
    const after = await fingerprint(source, run.signal)
    const found = [...differences(before, after), ...(await unreadable(source, before, run.signal))]
    const images = [...before.repositories.values()].reduce(
      (sum, repository) => sum + repository.images.size,
      0,
    )
    return { repositories: before.repositories.size, images, differences: found }
  })
}
