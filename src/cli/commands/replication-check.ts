import { exit } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import { openRegistry } from '../inventory.ts'
import { widthOf } from '../io.ts'
import { withDoor } from '../remediation.ts'

export const replicationCheck: CommandSpec = {
  name: 'replication check',
  summary:
    'Compares every digest and tag that the replication rules take with what is at each destination. Pulls nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    { flags: '--all', does: 'every difference, not the first twenty of each destination' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast replication check', does: 'whether the copies are what is here' },
    { line: "holdfast replication check ecr://us-east-1 --repository 'edge/*'", does: 'some of them' },
    {
      line: "holdfast replication check --query 'destinations[].differences[]'",
      does: 'a list for a script',
    },
  ],
  exits: {
    [exit.findings]: 'something differs (listed)',
    [exit.partial]: 'nothing differs, but a destination could not be compared',
  },
  run: async (context, options, argument) => {
    const aws = await openRegistry(context, argument)
    const repositories = option.list(options, 'repository') ?? context.config.repositories
    const { checkReplication } = await import('../../remediate/replication/check.ts')
    const report = await withDoor(context, options, {
      aws,
      work: (door) => checkReplication(door, repositories ? { repositories } : {}),
    }).finally(() => aws.close())
    const { replicationCheckText } = await import('../../report/replication-text.ts')
    const shape = { width: widthOf(context.io), all: option.flag(options, 'all') }
    await context.answer(report, () => replicationCheckText(report, shape))
    if (!report.equal) return exit.findings
    return report.complete ? exit.ok : exit.partial
  },
}
