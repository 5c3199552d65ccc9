import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exit, HoldfastError } from '../../core/errors.ts'
import { budgetOption } from '../budget.ts'
import { type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { collectFrom } from '../inventory.ts'
import { cannotWrite, requirePlace } from '../whole-file.ts'

export const init: CommandSpec = {
  name: 'init',
  summary:
    'Writes a holdfast.yaml to begin with: what the audit expects and what plans aim at, explained line by line, from what the registry has. Overwrites nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    { flags: '--out <file>', does: 'where to; - is stdout', default: 'holdfast.yaml' },
    {
      flags: '--repository <glob>',
      does: 'look only at repositories that match; may be repeated',
      many: true,
    },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast init', does: 'then read it, and: holdfast plan' },
    { line: 'holdfast init --out -', does: 'only show it' },
  ],
  run: async (context, options, argument) => {
    const name = option.text(options, 'out') ?? 'holdfast.yaml'
    const file = name === '-' ? undefined : { name, path: resolve(context.io.cwd, name) }
    if (file) await requirePlace(file)
    if (file) await requireNothing(file)
    const inventory = await collectFrom(file ? context : headless(context), options, argument)
    const { foundIn } = await import('../init/found.ts')
    const { startingConfig } = await import('../init/text.ts')
    const text = startingConfig(inventory, foundIn(inventory))
    if (file) await create(file, text)
    const { simulated, url } = inventory.registry
    const document = {
      ...{ schema: 'holdfast.init/1', simulated, registry: url },
      ...(file && { file: name }),
      text,
    }
    await context.answer(document, () => (file ? wrote(name) : text))
    return exit.ok
  },
}

/** What goes to stdout is the file and nothing else. */
function headless(context: CommandContext): CommandContext {
  return { ...context, header: () => {} }
}

function wrote(name: string): string {
  return `${name} is written. Read it: what is in comments is for you to decide.\nNothing in AWS was changed.\n\nNext:  holdfast audit                 with what you expect now\n       holdfast plan --out plan.json  what would put it right`
}

interface Named {
  name: string
  path: string
}

async function requireNothing({ name, path }: Named): Promise<void> {
  const { stat } = await import('node:fs/promises')
  const found = await stat(path).catch(() => undefined)
  if (found) throw exists(name)
}

/** Somebody else may have made one meanwhile. */
async function create({ name, path }: Named, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw exists(name)
    throw cannotWrite(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function exists(name: string): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${name} exists already, and is not overwritten.`,
    next: 'Name another file with --out, or look at what it would be: holdfast init --out -',
  })
}
