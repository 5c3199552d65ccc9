import type { AwsContext } from '../aws/context.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Door } from '../remediate/door.ts'
import type { Risk } from '../remediate/kind.ts'
import type { Plan } from '../remediate/plan.ts'
import type { Store } from '../store/store.ts'
import { headerOf, openAwsFor } from './aws.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { openStoreFor } from './vault.ts'

const risks = ['safe', 'visible', 'destructive'] as const

export const onlyOption: OptionSpec = {
  flags: '--only <risk>',
  does: 'only such steps; may be repeated',
  choices: [...risks],
  many: true,
}

export function risksOf(options: CommandOptions): Risk[] | undefined {
  const given = option.list(options, 'only')
  return given && risks.filter((risk) => given.includes(risk))
}

/** Opens AWS where a plan belongs, and works through its door. */
export async function throughDoor<T>(
  context: CommandContext,
  options: CommandOptions,
  { plan, work }: { plan: Plan; work: (door: Door) => Promise<T> },
): Promise<T> {
  const aws = await openAwsFor(context, context.global.region ?? plan.registry.region)
  try {
    const identity = await aws.identity()
    context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
    return await withDoor(context, options, { aws, work })
  } finally {
    aws.close()
  }
}

/** The vault is opened when a step asks for it. */
export async function withDoor<T>(
  context: CommandContext,
  options: CommandOptions,
  { aws, work }: { aws: AwsContext; work: (door: Door) => Promise<T> },
): Promise<T> {
  const { openDoor } = await import('../remediate/door.ts')
  let store: Store | undefined
  const vault = async () => {
    const { openVault } = await import('../vault/vault.ts')
    store ??= await openStoreFor(context, options)
    return await openVault(store, context.run.signal)
  }
  const door = await openDoor(aws, context.run, { vault })
  try {
    return await work(door)
  } finally {
    door.close()
    await store?.close()
  }
}

/** After Ctrl-C: what the journal is good for. */
export async function sayHowToGoOn<T>({ run }: CommandContext, next: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (!run.signal.aborted) throw cause
    throw new HoldfastError('interrupted', {
      what: 'Stopped before the end.',
      why: 'The journal has every step that was begun; what was done stays done.',
      ...{ next, cause },
    })
  }
}

/** Throws unless `--yes` was given or the person at the terminal says yes. */
export async function requireYes(
  context: CommandContext,
  options: CommandOptions,
  { question, what }: { question: string; what: string },
): Promise<void> {
  if (option.flag(options, 'yes')) return
  const answer = await context.ask(`${question} Only "yes" is a yes: `)
  context.run.signal.throwIfAborted()
  if (answer?.trim().toLowerCase() === 'yes') return
  throw new HoldfastError('plan-refused', {
    what: `${what} Nothing was changed.`,
    why: answer === undefined ? 'Nobody could be asked: this is no terminal.' : 'The answer was not yes.',
    next:
      answer === undefined
        ? 'Look at it with --dry-run; then give your word with --yes.'
        : 'Run it again when you are sure.',
  })
}
