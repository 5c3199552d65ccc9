import { exit, HoldfastError } from '../../core/errors.ts'
import { type CommandSpec, option } from '../command.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const history: CommandSpec = {
  name: 'history',
  summary: 'Shows which digest a tag had in each snapshot, and when tags of a repository changed.',
  argument: {
    spelled: '<repository[:tag]>',
    does: 'a repository as the snapshots name it, or one tag of it',
  },
  options: [
    vaultOption,
    { flags: '--from <registry>', does: 'whose snapshots, where the vault holds several registries' },
  ],
  examples: [
    { line: 'holdfast history shop/api', does: 'every change of its tags' },
    { line: 'holdfast history shop/api:latest', does: 'what latest was in each snapshot' },
    {
      line: "holdfast history shop/api:latest --query 'changes[].to'",
      does: 'every digest that it ever had, for a script',
    },
  ],
  exits: { [exit.damaged]: 'some snapshots could not be read (listed)' },
  run: async (context, options, argument) => {
    const { openVault } = await import('../../vault/vault.ts')
    const { historyOf } = await import('../../vault/history.ts')
    const wanted = parseName(argument ?? '')
    const store = await openStoreFor(context, options)
    try {
      const registry = option.text(options, 'from')
      const vault = await openVault(store)
      const report = await historyOf(vault, { ...wanted, ...(registry && { registry }) }, context.run)
      const { historyText } = await import('../../report/history-text.ts')
      await context.answer(report, () => historyText(report))
      return report.unreadable.length > 0 ? exit.damaged : exit.ok
    } finally {
      await store.close()
    }
  },
}

function parseName(text: string): { repository: string; tag?: string } {
  const [repository = '', tag, more] = text.split(':')
  if (repository !== '' && tag !== '' && more === undefined && !text.includes('@'))
    return { repository, ...(tag && { tag }) }
  throw new HoldfastError('usage', {
    what: `Not a repository or a tag of one: ${JSON.stringify(text)}`,
    next: 'Examples: shop/api  shop/api:latest',
  })
}
