import { exit } from '../../core/errors.ts'
import type { SavedPlan } from '../../restore/plan-file.ts'
import type { RestorePlan, RestoreReport, Route } from '../../restore/report.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { openTargetFor, targetHeader } from '../registry.ts'
import { restoreOptions, savedPlan, writePlan } from '../restore-options.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const restore: CommandSpec = {
  name: 'restore',
  summary: 'Puts a snapshot back into a registry, byte for byte, and compares every digest afterwards.',
  argument: { spelled: '[snapshot]', does: 'an id from `holdfast snapshots`, or latest' },
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
    budgetOption,
    { flags: '--dry-run', does: 'say what would be sent, and send nothing' },
    { flags: '--plan-out <file>', does: 'as --dry-run, and write the plan into a file' },
    {
      flags: '--plan <file>',
      does: 'do what that plan says; refused when the target is not as it was any more',
    },
  ],
  examples: [
    { line: 'holdfast restore latest', does: 'all that is missing, into your registry' },
    { line: "holdfast restore latest --tag '1.*'", does: 'some tags, with all that belongs to them' },
    {
      line: 'holdfast restore latest --rename shop/=drill/shop/',
      does: 'beside what is there, to look at it',
    },
    { line: 'holdfast restore latest --plan-out plan.json', does: 'then: holdfast restore --plan plan.json' },
    { line: 'holdfast restore latest --to oci://127.0.0.1:5000', does: 'into any other OCI registry' },
  ],
  exits: {
    [exit.partial]: 'restored, but something that the snapshot names could not be',
    [exit.damaged]: 'the vault holds damaged data (named)',
    [exit.refused]: 'it would overwrite tags, or do more than the plan says (listed); nothing was changed',
  },
  run: async (context, options, snapshot) => {
    const { openVault } = await import('../../vault/vault.ts')
    const text = await import('../../report/restore-text.ts')
    const saved = await savedPlan(context, options, snapshot)
    const store = await openStoreFor(context, options)
    const target = await openTargetFor(context, option.text(options, 'to') ?? saved?.target.url)
    try {
      const vault = await openVault(store, context.run.signal)
      context.header(targetHeader(target))
      const registry = saved?.snapshot.registry.key ?? option.text(options, 'from')
      const root = await vault.snapshots.find(saved?.snapshot.id ?? snapshot ?? 'latest', {
        ...context.run,
        ...(registry && { registry }),
      })
      const route = { vault, snapshot: root, target }
      const plan = await planFor(route, context, { options, saved })
      if (option.flag(options, 'dryRun') || option.text(options, 'planOut')) {
        await context.answer(plan, () => text.restorePlanText(plan))
        return exit.ok
      }
      const { restore } = await import('../../restore/restore.ts')
      const report = await restore(route, plan, context.run)
      await context.answer(report, () => text.restoreText(report))
      return exitOf(report)
    } finally {
      await Promise.all([store.close(), target.close()])
    }
  },
}

/** Made now, as asked or as the saved one was; what it would do beyond the saved one is refused. */
async function planFor(
  route: Route,
  context: CommandContext,
  { options, saved }: { options: CommandOptions; saved: SavedPlan | undefined },
): Promise<RestorePlan> {
  const { planRestore } = await import('../../restore/restore.ts')
  const plan = await planRestore(route, saved?.options ?? restoreOptions(context, options), context.run)
  if (saved) (await import('../../restore/plan-file.ts')).refuseBeyond(saved, plan)
  const file = option.text(options, 'planOut')
  if (file) await writePlan(context, file, plan)
  return plan
}

/** Foreign layers live elsewhere and are no loss; anything else that the snapshot names and that is not back is. */
function exitOf(report: RestoreReport): number {
  if (report.damaged) return exit.damaged
  return report.ok && report.notRestored.every(({ kind }) => kind === 'external') ? exit.ok : exit.partial
}
