import type { Journal } from '../remediate/journal.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { openStoreNamed, storeName } from './vault.ts'

export const journalOption: OptionSpec = {
  flags: '--journal <where>',
  does: 'what was done, written before it is done: ./folder or s3://bucket/prefix',
  default: 'of holdfast.yaml, else ./holdfast-journal',
}

/** Opens the journal, works with it, and closes it. */
export async function withJournal<T>(
  context: CommandContext,
  options: CommandOptions,
  work: (journal: Journal) => Promise<T>,
): Promise<T> {
  const named = option.text(options, 'journal') ?? context.config.journal ?? './holdfast-journal'
  const { openJournal } = await import('../remediate/journal.ts')
  const store = await openStoreNamed(context, storeName(context, named))
  try {
    return await work(openJournal(store))
  } finally {
    await store.close()
  }
}
