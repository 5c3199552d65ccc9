import { exit, HoldfastError } from '../../core/errors.ts'
import type { LifecycleRule } from '../../lifecycle/policy.ts'
import type { SimulationReport } from '../../lifecycle/reports.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { openScene, sceneOptions, textOf } from '../lifecycle.ts'

export const lifecycleSimulate: CommandSpec = {
  name: 'lifecycle simulate',
  summary:
    'Says for each image whether a lifecycle policy takes it, by which rule and why. Changes nothing and pulls nothing.',
  options: [
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    { flags: '--policy <file>', does: 'this policy instead of the one they have; says what changes' },
    ...sceneOptions,
    {
      flags: '--at <time>',
      does: 'as of then, such as 2026-12-24, if nothing is pushed or pulled until then',
    },
    { flags: '--all', does: 'every image, also those that stay' },
  ],
  examples: [
    { line: 'holdfast lifecycle simulate', does: 'what the policies of today would take' },
    {
      line: 'holdfast lifecycle simulate --repository shop/api --policy policy.json',
      does: 'before you put it',
    },
    { line: 'holdfast lifecycle simulate --in-use running.txt', does: 'with images that only you know of' },
  ],
  exits: {
    [exit.findings]: 'something that is in use would go',
    [exit.partial]: 'a policy, its images or what is in use could not be read in full',
  },
  run: async (context, options) => {
    const policy = await policyOf(context, options)
    const at = timeOf(options)
    const scene = await openScene(context, options, option.list(options, 'repository'))
    const { simulateRepository } = await import('../../lifecycle/repository.ts')
    const now = at ?? scene.at
    const repositories = scene.listings.map((listing) =>
      simulateRepository(listing, {
        now,
        inUse: scene.uses.filter(({ repository }) => repository === listing.repository),
        ...(policy && { policy }),
      }),
    )
    const report: SimulationReport = {
      schema: 'holdfast.lifecycle-simulation/1',
      ...scene.where,
      at: now.toISOString(),
      repositories,
    }
    const { simulationText } = await import('../../report/lifecycle-text.ts')
    await context.answer(report, () => simulationText(report, { all: option.flag(options, 'all') }))
    return exitOf(report)
  },
}

function exitOf({ repositories, inUseNotKnown }: SimulationReport): number {
  const lost = repositories.some(({ warnings }) =>
    warnings.some(({ code }) => code.startsWith('in-use-') && code !== 'in-use-missing'),
  )
  if (lost) return exit.findings
  const unknown = repositories.some(
    ({ status, today }) => status === 'unknown' || today?.status === 'unknown',
  )
  return unknown || inUseNotKnown.length > 0 ? exit.partial : exit.ok
}

async function policyOf(
  context: CommandContext,
  options: CommandOptions,
): Promise<readonly LifecycleRule[] | undefined> {
  const file = option.text(options, 'policy')
  if (file === undefined) return undefined
  const { lintLifecycle } = await import('../../lifecycle/lint.ts')
  const { accepted, findings, rules } = lintLifecycle(await textOf(context, file))
  if (accepted) return rules
  const first = findings.find(({ severity }) => severity === 'error')
  throw new HoldfastError('lifecycle-invalid', {
    what: `${file} is no policy that ECR would take.`,
    why: `${first?.path ? `${first.path}: ` : ''}${first?.text ?? ''}`,
    next: `All that is wrong with it: holdfast lifecycle lint ${file}`,
  })
}

function timeOf(options: CommandOptions): Date | undefined {
  const text = option.text(options, 'at')
  if (text === undefined) return undefined
  const time = new Date(text)
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time
  throw new HoldfastError('usage', {
    what: `--at ${JSON.stringify(text)} is not a time.`,
    next: 'Such as 2026-12-24 or 2026-12-24T18:00:00Z.',
  })
}
