import { exit } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import { daysOf } from '../days.ts'
import { identitiesFrom } from '../identities.ts'
import { widthOf } from '../io.ts'

export const accessMfa: CommandSpec = {
  name: 'access mfa',
  summary:
    'Says which users and roles can use this registry without a second factor, and offers the policy that ends it.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    { flags: '--inventory <file>', does: 'look at a saved inventory instead of AWS' },
    { flags: '--pulls', does: 'pulling needs a second factor, too' },
    { flags: '--days <number>', does: 'a key used within so long counts as in use', default: '90' },
    { flags: '--policy', does: 'print the deny policy, and nothing else' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast access mfa', does: 'who, why, and what the deny policy would break' },
    { line: 'holdfast access mfa --policy', does: 'the policy alone, to review and attach' },
    {
      line: "holdfast access mfa --query 'users[?state!=`enforced`].name'",
      does: 'a list for a script',
    },
  ],
  exits: { [exit.partial]: 'identities, credentials or policies could not be read' },
  run: async (context, options, argument) => {
    const days = daysOf(options)
    const alone = option.flag(options, 'policy')
    // A file that is piped into another tool has no header.
    const quiet = alone ? { ...context, header: () => {} } : context
    const inventory = await identitiesFrom(quiet, options, { argument, credentials: true })
    const { mfaReport } = await import('../../access/mfa-use/report.ts')
    const report = mfaReport(inventory, {
      pulls: option.flag(options, 'pulls'),
      ...{ days, signal: context.run.signal },
    })
    const { mfaText } = await import('../../report/access-mfa-text.ts')
    if (alone) await context.answer(report.policy, () => `${JSON.stringify(report.policy, null, 2)}\n`)
    else await context.answer(report, () => mfaText(report, { width: widthOf(context.io) }))
    return report.missing.length > 0 ? exit.partial : exit.ok
  },
}
