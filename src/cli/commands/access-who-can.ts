import { exit } from '../../core/errors.ts'
import { accessTo, askedIn, inventoryOption, needWords, registryArgument } from '../access.ts'
import { budgetOption } from '../budget.ts'
import type { CommandSpec } from '../command.ts'
import { widthOf } from '../io.ts'

export const accessWhoCan: CommandSpec = {
  name: 'access who-can',
  summary:
    'Says who can pull, push, delete or configure a repository, inside the account and outside, and why.',
  argument: { spelled: '<need>', does: needWords },
  more: [{ spelled: '<repository>', does: 'its name, such as shop/api' }, registryArgument],
  options: [inventoryOption, budgetOption],
  examples: [
    { line: 'holdfast access who-can push shop/api', does: 'everybody, with the statements that decide' },
    { line: 'holdfast access who-can ecr:BatchDeleteImage shop/api', does: 'one action of IAM' },
    { line: "holdfast access who-can pull shop/api --query 'allowed[].names[]'", does: 'names for a script' },
  ],
  exits: { [exit.partial]: 'a policy or the identities could not be read; it says which' },
  run: async (context, options, need = '', [name = '', registry]) => {
    const asked = askedIn(need, context)
    const { access, repository } = await accessTo(context, options, { registry, repository: name })
    const { whoCan } = await import('../../access/who-can.ts')
    const { url, simulated, account } = access.inventory.registry
    const found = whoCan(access, repository, asked)
    const report = {
      ...{ schema: 'holdfast.access-who-can/1' as const, registry: url, simulated, account },
      ...{ asOf: access.inventory.collectedAt, ...found },
    }
    const { whoCanText } = await import('../../report/access-who-can-text.ts')
    await context.answer(report, () => whoCanText(report, { width: widthOf(context.io) }))
    return report.missing.length > 0 ? exit.partial : exit.ok
  },
}
