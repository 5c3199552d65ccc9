import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exit, HoldfastError } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { collectFrom, collectOptions } from '../inventory.ts'

export const inventory: CommandSpec = {
  name: 'inventory',
  summary:
    'Writes down what AWS says about a registry and all around it, to be judged later or elsewhere. Changes nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    ...collectOptions,
    { flags: '--out <file>', does: 'write it into a file' },
    { flags: '--redact', does: 'replace account ids, and leave out addresses and who asked' },
    budgetOption,
  ],
  examples: [
    {
      line: 'holdfast inventory --out registry.json',
      does: 'then: holdfast audit --inventory registry.json',
    },
    { line: 'holdfast inventory --out registry.json --redact', does: 'to show to somebody else' },
    { line: 'holdfast inventory --format json', does: 'the whole inventory on stdout' },
  ],
  exits: { [exit.partial]: 'something could not be read; the file says what and why' },
  run: async (context, options, argument) => {
    const file = option.text(options, 'out')
    const redact = option.flag(options, 'redact')
    const found = await collectFrom(context, options, argument)
    const { redacted } = await import('../../inventory/redact.ts')
    const { overviewOf } = await import('../../inventory/overview.ts')
    const { inventoryText } = await import('../../report/inventory-text.ts')
    const kept = redact ? redacted(found) : found
    if (file) await writeInventory(context, file, kept)
    const overview = overviewOf(kept, { redacted: redact, ...(file && { file }) })
    await context.answer(file ? overview : kept, () => inventoryText(overview))
    return overview.missing.length > 0 ? exit.partial : exit.ok
  },
}

async function writeInventory({ io }: CommandContext, file: string, document: object): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, file), `${JSON.stringify(document, null, 2)}\n`)
  } catch (cause) {
    throw new HoldfastError('config-invalid', {
      what: `${file} cannot be written.`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'Name a file in a folder that exists and that you may write to.',
      cause,
    })
  }
}
