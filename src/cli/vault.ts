import { resolve } from 'node:path'
import type { Store } from '../store/store.ts'
import { awsSettings } from './aws.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'

export const vaultOption: OptionSpec = {
  flags: '--vault <vault>',
  does: './folder or s3://bucket/prefix',
  default: 'of holdfast.yaml, else ./holdfast-vault',
}

/** How the user named the vault; a relative folder is relative to the working directory. */
export function vaultName(context: CommandContext, options: CommandOptions): string {
  const named = option.text(options, 'vault') ?? context.config.vault ?? './holdfast-vault'
  return storeName(context, named)
}

export function storeName({ io }: CommandContext, named: string): string {
  return /^(s3|file):/.test(named) ? named : resolve(io.cwd, named)
}

export async function openStoreFor(context: CommandContext, options: CommandOptions): Promise<Store> {
  context.run.progress.phase('opening the vault')
  return openStoreNamed(context, vaultName(context, options))
}

export async function openStoreNamed(context: CommandContext, name: string): Promise<Store> {
  const { openStore } = await import('../store/open.ts')
  const { parseStoreUrl } = await import('../store/url.ts')
  const place = parseStoreUrl(name)
  const { clock, log } = context.run
  if (place.kind === 'folder') return openStore(name, { clock, log })
  const { openAws } = await import('../aws/open.ts')
  const aws = await openAws({ ...awsSettings(context), ...(place.region && { region: place.region }) })
  return openStore(name, { clientConfig: aws.clientConfig('s3'), clock, log })
}
