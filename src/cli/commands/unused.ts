import { exit } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import { daysOf } from '../days.ts'
import { heldIn } from '../held.ts'
import { collectFrom, collectOptions, inventoryFrom } from '../inventory.ts'
import { widthOf } from '../io.ts'
import { vaultOption } from '../vault.ts'

export const unused: CommandSpec = {
  name: 'unused',
  summary:
    'Says which repositories and images nobody seems to use, why, and what they cost. Deletes nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    ...collectOptions,
    { flags: '--days <number>', does: 'unused: neither pushed nor pulled for so long', default: '90' },
    { flags: '--inventory <file>', does: 'look at a saved inventory instead of AWS' },
    vaultOption,
    { flags: '--all', does: 'every image, and what is used too' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast unused', does: 'and whether the newest snapshot of ./holdfast-vault holds it' },
    { line: 'holdfast unused --days 180 --in-use pods.json', does: 'with what a cluster runs' },
    {
      line: "holdfast unused --query 'repositories[?verdict==`unused`].repository'",
      does: 'a list for a script',
    },
  ],
  exits: { [exit.partial]: 'something could not be read, so that some of it may be in use' },
  run: async (context, options, argument) => {
    const days = daysOf(options)
    const file = option.text(options, 'inventory')
    const inventory = file
      ? await inventoryFrom(context, options, file)
      : await collectFrom(context, options, argument)
    const held = await heldIn(context, options, inventory)
    const { findUnused } = await import('../../audit/unused.ts')
    const report = findUnused(inventory, { days, ...(held && { isHeld: held.has }) })
    const { unusedText } = await import('../../report/unused-text.ts')
    const shape = { width: widthOf(context.io), all: option.flag(options, 'all') }
    await context.answer(report, () => unusedText(report, shape))
    return report.repositories.some(({ verdict }) => verdict === 'unknown') ? exit.partial : exit.ok
  },
}
