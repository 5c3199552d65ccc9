import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HoldfastError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { LifecycleListing } from '../inventory/lifecycle-listing.ts'
import type { ImageUse } from '../inventory/neighbours.ts'
import type { LookedAt } from '../lifecycle/reports.ts'
import { headerOf, openAwsFor } from './aws.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'

export const sceneOptions: OptionSpec[] = [
  {
    flags: '--in-use <file>',
    does: 'also in use: references, one a line or as JSON, or what `kubectl get pods -A -o json` prints',
  },
  { flags: '--skip-in-use', does: 'do not ask ECS, Lambda, App Runner, Batch and SageMaker what they run' },
  { flags: '--inventory <file>', does: 'look at a saved inventory instead of AWS' },
]

/** The images that a policy is about, and what runs them. */
export interface LifecycleScene {
  where: LookedAt
  /** When it was looked at. */
  at: Date
  listings: LifecycleListing[]
  uses: ImageUse[]
}

/** Reads AWS, with DescribeImages and never a manifest (law 2), or the file that an earlier look was saved to. */
export async function openScene(
  context: CommandContext,
  options: CommandOptions,
  repositories: readonly string[] | undefined,
): Promise<LifecycleScene> {
  const file = option.text(options, 'inventory')
  const scene = file
    ? await sceneOfFile(context, file, repositories)
    : await sceneOfAws(context, options, repositories)
  const useFile = option.text(options, 'inUse')
  if (useFile === undefined) return scene
  const { parseUseFile } = await import('../inventory/use-file.ts')
  const [, account = '', region = ''] = /^ecr:\/\/(\d+)\/(.+)$/.exec(scene.where.registry) ?? []
  const found = parseUseFile(
    await textOf(context, useFile),
    useFile,
    account ? { account, region } : undefined,
  )
  if (found.elsewhere > 0)
    context.run.log.warn(`${useFile}: ${found.elsewhere} references of other registries were left out.`)
  return { ...scene, uses: [...scene.uses, ...found.uses] }
}

async function sceneOfAws(
  context: CommandContext,
  options: CommandOptions,
  repositories: readonly string[] | undefined,
): Promise<LifecycleScene> {
  const aws = await openAwsFor(context)
  const identity = await aws.identity()
  context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
  const { listForLifecycle } = await import('../inventory/lifecycle-listing.ts')
  const listings = await listForLifecycle(aws, repositories, context.run)
  const registry = `ecr://${identity.account}/${aws.region}`
  const { simulated } = identity
  const at = context.run.clock.now()
  const sceneWith = ({ uses, inUseNotKnown }: Uses) => ({
    where: { registry, simulated, inUseNotKnown },
    at,
    listings,
    uses,
  })
  if (option.flag(options, 'skipInUse')) return sceneWith(notAsked)
  context.run.progress.phase('Asking what is in use')
  const { collectImageUses } = await import('../inventory/collect/neighbours.ts')
  const { partitionOf } = await import('../core/arn.ts')
  const { signal, clock } = context.run
  const { account } = identity
  const asking = { aws, partition: partitionOf(aws.region), account, signal, clock }
  return sceneWith(usesOf(await collectImageUses(asking)))
}

async function sceneOfFile(
  context: CommandContext,
  file: string,
  repositories: readonly string[] | undefined,
): Promise<LifecycleScene> {
  const { parseInventory } = await import('../inventory/file.ts')
  const inventory = parseInventory(await textOf(context, file), file)
  const { lifecycleListings } = await import('../inventory/lifecycle-listing.ts')
  const { selectNames } = await import('../core/select.ts')
  const all = lifecycleListings(inventory)
  const names = all.map(({ repository }) => repository)
  const wanted = new Set(selectNames(repositories, names, { where: file, log: context.run.log }))
  const { url, simulated } = inventory.registry
  context.header(`${url} · as of ${inventory.collectedAt}${simulated ? ' · SIMULATED by the sandbox' : ''}`)
  const { uses, inUseNotKnown } = usesOf(inventory.uses)
  return {
    where: { registry: url, simulated, inUseNotKnown },
    at: new Date(inventory.collectedAt),
    listings: all.filter(({ repository }) => wanted.has(repository)),
    uses,
  }
}

interface Uses {
  uses: ImageUse[]
  inUseNotKnown: string[]
}

const notAsked: Uses = { uses: [], inUseNotKnown: ['nobody was asked what is in use'] }

/** A source that refuses is a gap: what only it runs looks unused. */
function usesOf(found: Inventory['uses']): Uses {
  const sources = Object.entries(found)
  if (sources.length === 0) return notAsked
  return {
    uses: sources.flatMap(([, answer]) => ('ok' in answer ? answer.ok : [])),
    inUseNotKnown: sources.flatMap(([source, answer]) =>
      'ok' in answer ? [] : [`what ${source} runs: ${answer.error.code} (needs ${answer.error.needs})`],
    ),
  }
}

/** A file that the command line names; `-` is standard input. */
export async function textOf(context: CommandContext, file: string): Promise<string> {
  const { io, run } = context
  try {
    const where = file === '-' ? '/dev/stdin' : resolve(io.cwd, file)
    return file === '-' && io.stdin
      ? await io.stdin()
      : await readFile(where, { encoding: 'utf8', signal: run.signal })
  } catch (cause) {
    throw new HoldfastError('config-invalid', {
      what: `${file === '-' ? 'Standard input' : file} cannot be read.`,
      next: 'Name a file that exists and that you may read.',
      cause,
    })
  }
}
