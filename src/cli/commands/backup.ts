import type { BackupReport } from '../../backup/report.ts'
import { exit } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import { openSourceFor, sourceHeader } from '../registry.ts'
import { openStoreFor, vaultName, vaultOption } from '../vault.ts'

export const backup: CommandSpec = {
  name: 'backup',
  summary:
    'Copies a registry into a vault: every tag, untagged manifest, index, referrer and setting. Incremental.',
  argument: {
    spelled: '[registry]',
    does: 'ecr://, ecr://ACCOUNT/REGION or oci://HOST[:PORT]; default: ecr://',
  },
  options: [
    vaultOption,
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    { flags: '--dry-run', does: 'say what would be copied, and copy nothing' },
    {
      flags: '--restore-archived',
      does: 'also images of the archive class that were never held: restores them (about 0.03 USD a GB), waits up to 25 minutes, and archives them again, which is billed as 90 days of storage at least',
    },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast backup', does: 'your registry into ./holdfast-vault' },
    { line: 'holdfast backup --dry-run', does: 'what that would copy' },
    {
      line: "holdfast backup --repository 'shop/*' --vault s3://my-backups/ecr",
      does: 'some of it, into S3',
    },
    { line: 'holdfast backup oci://127.0.0.1:5000 --vault ./vault', does: 'any other OCI registry' },
  ],
  exits: {
    [exit.partial]: 'a snapshot was made, but something could not be read (listed)',
    [exit.damaged]: 'the registry sent bytes that do not match their digest (refused, listed)',
  },
  run: async (context, options, argument) => {
    const { openOrInitVault } = await import('../../vault/vault.ts')
    const engine = await import('../../backup/backup.ts')
    const text = await import('../../report/backup-text.ts')
    const source = await openSourceFor(context, argument)
    const store = await openStoreFor(context, options)
    try {
      context.header(sourceHeader(source))
      const repositories = option.list(options, 'repository') ?? context.config.repositories
      const restoreArchived = option.flag(options, 'restoreArchived')
      const wanted = { ...(repositories && { repositories }), ...(restoreArchived && { restoreArchived }) }
      if (option.flag(options, 'dryRun')) {
        const plan = await engine.planBackup(source, store, wanted, context.run)
        const { backupPlanText } = await import('../../report/backup-plan-text.ts')
        await context.answer(plan, () => backupPlanText(plan))
        return exit.ok
      }
      const vault = await openOrInitVault(store, context.run)
      const report = await engine.backup(source, vault, wanted, context.run)
      await context.answer(report, () => text.backupText(report, vaultName(context, options)))
      return exitOf(report)
    } finally {
      await Promise.all([store.close(), source.close()])
    }
  },
}

/** An image that was left out of the archive is a bill that nobody expects. */
function exitOf({ damaged, complete, restoredFromArchive = [] }: BackupReport): number {
  if (damaged) return exit.damaged
  return complete && restoredFromArchive.every(({ archivedAgain }) => archivedAgain) ? exit.ok : exit.partial
}
