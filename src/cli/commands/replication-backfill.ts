import { exit } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import { openRegistry } from '../inventory.ts'
import { widthOf } from '../io.ts'
import { sayHowToGoOn, withDoor } from '../remediation.ts'

export const replicationBackfill: CommandSpec = {
  name: 'replication backfill',
  summary:
    "Copies what was pushed before the replication rules, by ECR's own backfill; waits, and compares afterwards.",
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    {
      flags: '--to <region>',
      does: 'only to this Region of the rules; may be repeated',
      default: 'all of them',
      many: true,
    },
    { flags: '--dry-run', does: 'say what is missing where, and start nothing' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast replication backfill ecr://us-east-1 --dry-run', does: 'what it would copy' },
    {
      line: 'holdfast replication backfill ecr://us-east-1',
      does: 'to every destination that lacks something',
    },
    {
      line: 'holdfast replication backfill ecr://us-east-1 --to eu-west-1 --format json',
      does: 'to one of them',
    },
  ],
  exits: { [exit.partial]: 'something could not be copied (listed), or not be compared' },
  run: async (context, options, argument) => {
    const aws = await openRegistry(context, argument)
    const regions = option.list(options, 'to')
    const wanted = { ...(regions && { regions }), dryRun: option.flag(options, 'dryRun') }
    const { backfillReplication } = await import('../../remediate/replication/backfill.ts')
    const next = 'A backfill that was started goes on in AWS. Run the same command again: it waits for it.'
    const working = withDoor(context, options, { aws, work: (door) => backfillReplication(door, wanted) })
    const report = await sayHowToGoOn(context, next, working).finally(() => aws.close())
    const { backfillText } = await import('../../report/replication-text.ts')
    await context.answer(report, () => backfillText(report, { width: widthOf(context.io) }))
    return report.complete || report.dryRun ? exit.ok : exit.partial
  },
}
