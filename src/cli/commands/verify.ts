import type { RepairReport } from '../../backup/repair.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import type { Vault } from '../../vault/vault.ts'
import type { VerifyOptions, VerifyReport } from '../../vault/verify.ts'
import { budgetOption, checkBudget } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { openSourceFor, sourceHeader } from '../registry.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const verify: CommandSpec = {
  name: 'verify',
  summary:
    'Proves that a vault is whole: every snapshot resolves, every blob is there; --data hashes every byte.',
  options: [
    vaultOption,
    { flags: '--data', does: 'read and hash every blob, not only look that it is there' },
    { flags: '--sample <share>', does: 'read and hash a part of the blobs: 10%, or about 500 blobs' },
    {
      flags: '--round <number>',
      does: 'which part; as many rounds in a row as there are parts read everything',
      default: 'the day, so that daily runs take turns',
    },
    { flags: '--snapshot <snapshot>', does: 'only what this snapshot needs: an id, or latest' },
    { flags: '--repair', does: 'copy damaged and missing blobs again from a registry that still has them' },
    {
      flags: '--from <registry>',
      does: 'the registry to repair from',
      default: 'registry: of holdfast.yaml, else that of the snapshots',
    },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast verify', does: 'structure of ./holdfast-vault: seconds' },
    { line: 'holdfast verify --data', does: 'every byte of it' },
    { line: 'holdfast verify --sample 10%', does: 'a tenth of the bytes, another tenth every day' },
    { line: 'holdfast verify --data --repair', does: 'every byte, and what is damaged is copied again' },
    { line: 'holdfast verify --data --snapshot latest', does: 'every byte of the newest snapshot' },
  ],
  exits: {
    [exit.damaged]:
      'damaged or missing data, each named with the images it affects; with --repair: still there',
  },
  run: async (context, options) => {
    const { openVault } = await import('../../vault/vault.ts')
    const { verifyVault } = await import('../../vault/verify.ts')
    checkBudget(context)
    const wanted = await verifyOptions(options)
    const store = await openStoreFor(context, options)
    try {
      const vault = await openVault(store, context.run.signal)
      const found = await verifyVault(vault, wanted, context.run)
      const report = option.flag(options, 'repair') ? await repaired(vault, found, context, options) : found
      const { verifyText } = await import('../../report/verify-text.ts')
      await context.answer(report, () => verifyText(report))
      return report.ok ? exit.ok : exit.damaged
    } finally {
      await store.close()
    }
  },
}

async function verifyOptions(options: CommandOptions): Promise<VerifyOptions> {
  const { parseSample } = await import('../../vault/verify-sample.ts')
  const snapshot = option.text(options, 'snapshot')
  const sample = option.text(options, 'sample')
  const round = roundOf(option.text(options, 'round'))
  if (sample ? option.flag(options, 'data') : round !== undefined) {
    throw new HoldfastError('usage', {
      what: sample ? '--sample and --data exclude each other.' : '--round belongs to --sample.',
      next: 'holdfast verify --data reads everything; holdfast verify --sample 10% reads a tenth.',
    })
  }
  return {
    data: option.flag(options, 'data'),
    ...(sample && { sample: { size: parseSample(sample), ...(round !== undefined && { round }) } }),
    ...(snapshot && { snapshot }),
  }
}

function roundOf(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new HoldfastError('usage', {
    what: `Not a round: ${JSON.stringify(text)}`,
    next: 'It is a whole number that grows by one with each run, such as --round 12.',
  })
}

/** The registry is opened only when there is something to ask it for. */
async function repaired(
  vault: Vault,
  found: VerifyReport,
  context: CommandContext,
  options: CommandOptions,
): Promise<VerifyReport & { repair: RepairReport }> {
  const { isRepairable, repairVault } = await import('../../backup/repair.ts')
  if (!isRepairable(found)) return repairVault(vault, undefined, found, context.run)
  const named = option.text(options, 'from') ?? context.config.registry ?? (await onlyRegistry(vault))
  const source = await openSourceFor(context, named)
  try {
    context.header(sourceHeader(source))
    return await repairVault(vault, source, found, context.run)
  } finally {
    await source.close()
  }
}

async function onlyRegistry(vault: Vault): Promise<string | undefined> {
  const { snapshots } = await vault.snapshots.list()
  const urls = [...new Set(snapshots.map(({ registry }) => registry.url))]
  if (urls.length <= 1) return urls[0]
  throw new HoldfastError('usage', {
    what: 'The vault holds snapshots of several registries.',
    next: `Name the one to repair from with --from: ${urls.slice(0, 10).join(', ')}.`,
  })
}
