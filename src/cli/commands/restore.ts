import { exit } from '../../core/errors.ts'
import { type CommandSpec, option } from '../command.ts'
import { openTargetFor, targetHeader } from '../registry.ts'
import { restoreOptions } from '../restore-options.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const restore: CommandSpec = {
  name: 'restore',
  summary: 'Puts a snapshot back into a registry, byte for byte, and compares every digest afterwards.',
  argument: { spelled: '<snapshot>', does: 'an id from `holdfast snapshots`, or latest' },
  options: [
    vaultOption,
    {
      flags: '--to <registry>',
      does: 'ecr://… or oci://HOST[:PORT]',
      default: 'registry: of holdfast.yaml, else ecr://',
    },
    { flags: '--from <registry>', does: 'whose snapshot, where the vault holds several registries' },
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    {
      flags: '--tag <glob>',
      does: 'only images with such a tag, and what belongs to them; may be repeated',
      many: true,
    },
    {
      flags: '--digest <digest>',
      does: 'only this image, and what belongs to it; may be repeated',
      many: true,
    },
    {
      flags: '--rename <old=new>',
      does: 'another name there; team/=other/ for all below; may be repeated',
      many: true,
    },
    { flags: '--prefix <text>', does: 'put before every repository name there: drill/' },
    {
      flags: '--settings <which>',
      does: 'settings of repositories that exist',
      choices: ['fill', 'overwrite', 'none'],
      default: 'fill',
    },
    {
      flags: '--kms-key <arn>',
      does: 'encrypts what is created, instead of the key of the snapshot',
    },
    {
      flags: '--registry-settings',
      does: 'also the settings of the registry itself, where they differ',
    },
    {
      flags: '--overwrite-tags',
      does: 'move tags that point to another image now (else the restore is refused)',
    },
    { flags: '--dry-run', does: 'say what would be sent, and send nothing' },
  ],
  examples: [
    { line: 'holdfast restore latest', does: 'all that is missing, into your registry' },
    {
      line: "holdfast restore latest --repository shop/api --tag '1.*'",
      does: 'some tags, with all that belongs to them',
    },
    {
      line: 'holdfast restore latest --rename shop/=drill/shop/',
      does: 'beside what is there, to look at it',
    },
    {
      line: 'holdfast restore latest --registry-settings --dry-run',
      does: 'what would change for the whole registry',
    },
    { line: 'holdfast restore latest --to oci://127.0.0.1:5000', does: 'into any other OCI registry' },
    { line: 'holdfast restore latest --overwrite-tags', does: 'also move back tags that were overwritten' },
  ],
  exits: {
    [exit.partial]: 'restored, but something that the snapshot names could not be',
    [exit.damaged]: 'the vault holds damaged data (named)',
    [exit.refused]: 'it would overwrite tags (listed); nothing was changed',
  },
  run: async (context, options, snapshot) => {
    const { openVault } = await import('../../vault/vault.ts')
    const engine = await import('../../restore/restore.ts')
    const text = await import('../../report/restore-text.ts')
    const store = await openStoreFor(context, options)
    const target = await openTargetFor(context, option.text(options, 'to'))
    try {
      const vault = await openVault(store, context.run.signal)
      context.header(targetHeader(target))
      const registry = option.text(options, 'from')
      const root = await vault.snapshots.find(snapshot ?? 'latest', {
        ...(registry && { registry }),
        signal: context.run.signal,
      })
      const route = { vault, snapshot: root, target }
      const plan = await engine.planRestore(route, restoreOptions(context, options), context.run)
      if (option.flag(options, 'dryRun')) {
        await context.answer(plan, () => text.restorePlanText(plan))
        return exit.ok
      }
      const report = await engine.restore(route, plan, context.run)
      await context.answer(report, () => text.restoreText(report))
      return report.damaged ? exit.damaged : report.ok ? exit.ok : exit.partial
    } finally {
      await Promise.all([store.close(), target.close()])
    }
  },
}
