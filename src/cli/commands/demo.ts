import { exit } from '../../core/errors.ts'
import { type CommandSpec, option } from '../command.ts'
import { wantsColour } from '../io.ts'

export const demo: CommandSpec = {
  name: 'demo',
  summary:
    'Plays the whole story in a simulated AWS: audit, backup, verify, disaster, restore, comparison, plan, rollback.',
  options: [
    { flags: '--keep', does: 'keep the vault and the simulated AWS in ./holdfast-demo for exploring' },
  ],
  examples: [
    { line: 'holdfast demo', does: 'no AWS account needed, nothing is left behind' },
    { line: 'holdfast demo --keep', does: 'and look around afterwards' },
    { line: 'holdfast demo --format json', does: 'the same as one document' },
  ],
  exits: { [exit.failed]: 'the registry that was restored, or rolled back, differs from what it was' },
  run: async (context, options) => {
    const { playDemo } = await import('../demo/play.ts')
    return playDemo(context, { keep: option.flag(options, 'keep'), colour: wantsColour(context.io) })
  },
}
