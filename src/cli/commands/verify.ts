import { exit } from '../../core/errors.ts'
import { type CommandSpec, option } from '../command.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const verify: CommandSpec = {
  name: 'verify',
  summary:
    'Proves that a vault is whole: every snapshot resolves, every blob is there; --data hashes every byte.',
  options: [
    vaultOption,
    { flags: '--data', does: 'read and hash every blob, not only look that it is there' },
    { flags: '--snapshot <snapshot>', does: 'only what this snapshot needs: an id, or latest' },
  ],
  examples: [
    { line: 'holdfast verify', does: 'structure of ./holdfast-vault: seconds' },
    { line: 'holdfast verify --data', does: 'every byte of it' },
    { line: 'holdfast verify --data --snapshot latest', does: 'every byte of the newest snapshot' },
  ],
  exits: { [exit.damaged]: 'damaged or missing data, each named with the images it affects' },
  run: async (context, options) => {
    const { openVault } = await import('../../vault/vault.ts')
    const { verifyVault } = await import('../../vault/verify.ts')
    const store = await openStoreFor(context, options)
    try {
      const vault = await openVault(store, context.run.signal)
      const snapshot = option.text(options, 'snapshot')
      const wanted = { data: option.flag(options, 'data'), ...(snapshot && { snapshot }) }
      const report = await verifyVault(vault, wanted, context.run)
      const { verifyText } = await import('../../report/verify-text.ts')
      await context.answer(report, () => verifyText(report))
      return report.ok ? exit.ok : exit.damaged
    } finally {
      await store.close()
    }
  },
}
