import type { Job } from '../../aws/permissions.ts'
import { exit } from '../../core/errors.ts'
import { openAwsFor } from '../aws.ts'
import { type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { vaultOption } from '../vault.ts'

export const doctor: CommandSpec = {
  name: 'doctor',
  summary:
    'Looks at what Holdfast needs: Node, credentials, Region, endpoints, permissions, vault. Changes nothing.',
  options: [
    vaultOption,
    {
      flags: '--policy <job>',
      does: 'print the least-privilege IAM policy of a job instead',
      choices: [
        'audit',
        'access',
        'backup',
        'restore-archived',
        'restore',
        'registry-settings',
        'replication',
      ],
    },
  ],
  examples: [
    { line: 'holdfast doctor', does: 'what is there, what is missing, what to do' },
    { line: 'holdfast doctor --policy backup', does: 'the IAM policy that a backup needs' },
    {
      line: "holdfast doctor --query 'jobs[].[job, denied]'",
      does: 'what this identity lacks, for a script',
    },
  ],
  exits: { [exit.failed]: 'something is missing', [exit.partial]: 'an action that a job needs is denied' },
  run: async (context, options) => {
    const job = option.text(options, 'policy') as Job | undefined
    if (job) return printPolicy(context, job)
    const { examine } = await import('../doctor/check.ts')
    const { doctorText } = await import('../doctor/text.ts')
    const report = await examine(context, options)
    await context.answer(report, () => doctorText(report))
    if (!report.ok) return exit.failed
    return report.jobs.some(({ denied }) => denied.length > 0) ? exit.partial : exit.ok
  },
}

/** For the registry of the credentials. */
async function printPolicy(context: CommandContext, job: Job): Promise<number> {
  const { policyFor } = await import('../../aws/permissions.ts')
  const { partitionOf } = await import('../../core/arn.ts')
  const aws = await openAwsFor(context)
  const { account } = await aws.identity()
  aws.close()
  const policy = policyFor(job, { partition: partitionOf(aws.region), account, region: aws.region })
  await context.answer(policy, () => JSON.stringify(policy, null, 2))
  return exit.ok
}
