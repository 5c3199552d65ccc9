import type { AwsContext } from '../aws/context.ts'
import { awsError, awsErrorCode } from '../aws/errors.ts'
import { partitionOf } from '../core/arn.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Vault } from '../vault/vault.ts'
import type { Call, ChangingService } from './call.ts'
import type { Place } from './place.ts'
import { type InputOf, loadService, type OperationOf, type OutputOf } from './services.ts'

/** How steps read and change AWS. Requests are named as in the API; every failure is a HoldfastError. */
export interface Door {
  readonly aws: AwsContext
  readonly run: Run
  readonly place: Place
  /** Whether this is the sandbox (law 9). */
  readonly simulated: boolean
  /** A request that only reads. */
  ask<S extends ChangingService, O extends string & OperationOf<S>>(
    service: S,
    operation: O,
    asked: Asked<S, O>,
  ): Promise<OutputOf<S, O>>
  /** The same; undefined when the service says, by an error of one of these names, that there is none. */
  find<S extends ChangingService, O extends string & OperationOf<S>>(
    service: S,
    operation: O,
    asked: Asked<S, O> & { absent: readonly string[] },
  ): Promise<OutputOf<S, O> | undefined>
  /** A request of a plan. */
  send(call: Call): Promise<void>
  /** For what may only be done when a snapshot holds it (law 1). `plan-refused` when nobody named one. */
  vault(): Promise<Vault>
  close(): void
}

export interface DoorOptions {
  /** Opens the vault that the user named, when a step asks for it. */
  vault?: () => Promise<Vault>
}

export interface Asked<S extends ChangingService, O extends string & OperationOf<S>> {
  input: InputOf<S, O>
  region?: string | undefined
  /** What it is about, for errors. */
  resource?: string
}

interface Client {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
  destroy(): void
}

export async function openDoor(
  aws: AwsContext,
  run: Run,
  { vault = noVault }: DoorOptions = {},
): Promise<Door> {
  const { account, simulated } = await aws.identity()
  const place: Place = { account, region: aws.region, partition: partitionOf(aws.region) }
  const clients = new Clients(aws)
  const request = async (
    call: Pick<Call, 'service' | 'operation' | 'region'>,
    input: unknown,
    resource?: string,
  ) => {
    const { client, command } = await clients.for(call)
    try {
      return await client.send(command(input), { abortSignal: run.signal })
    } catch (error) {
      throw awsError(error, {
        operation: `${call.service}:${call.operation}`,
        ...(resource !== undefined && { resource }),
      })
    }
  }
  const ask: Door['ask'] = async (service, operation, { input, region, resource }) =>
    (await request(
      { service, operation, ...(region !== undefined && { region }) },
      input,
      resource,
    )) as OutputOf<typeof service, typeof operation>
  return {
    ...{ aws, run, place, simulated, vault, ask },
    find: async (service, operation, { absent, ...asked }) => {
      try {
        return await ask(service, operation, asked)
      } catch (error) {
        if (absent.includes(awsErrorCode(error) ?? '')) return undefined
        throw error
      }
    },
    send: async (call) => {
      await insist(call, run, () => request(call, call.input, call.needs[0]?.resource))
    },
    close: () => clients.close(),
  }
}

async function noVault(): Promise<never> {
  throw new HoldfastError('plan-refused', {
    what: 'No vault was named, and what this step takes away must be in a verified snapshot.',
    next: 'Name the vault: --vault ./holdfast-vault',
  })
}

/** Half a minute in all: what IAM has just made is known everywhere by then, nearly always. */
const waits = [1_000, 2_000, 4_000, 8_000, 15_000]

async function insist(call: Call, { clock, signal }: Run, send: () => Promise<unknown>): Promise<void> {
  for (const wait of [...waits, undefined]) {
    try {
      await send()
      return
    } catch (error) {
      const again = wait !== undefined && call.retryOn?.includes(awsErrorCode(error) ?? '')
      if (!again) throw error
      await clock.sleep(wait, signal)
    }
  }
}

/** One client for each service and Region, made when it is first needed. */
class Clients {
  private readonly made = new Map<string, Promise<{ client: Client; module: Record<string, unknown> }>>()
  private readonly aws: AwsContext

  constructor(aws: AwsContext) {
    this.aws = aws
  }

  async for({
    service,
    operation,
    region = this.aws.region,
  }: Pick<Call, 'service' | 'operation' | 'region'>) {
    const key = `${service} ${region}`
    const making = this.made.get(key) ?? this.make(service, region)
    this.made.set(key, making)
    const { client, module } = await making
    const Command = module[`${operation}Command`] as new (input: unknown) => unknown
    return { client, command: (input: unknown) => new Command(input) }
  }

  private async make(service: ChangingService, region: string) {
    const { module, Client } = await loadService(service)
    // A bucket may be anywhere.
    const anywhere = service === 's3' && { followRegionRedirects: true }
    const client = new Client({ ...this.aws.clientConfig(service), region, ...anywhere }) as Client
    return { client, module }
  }

  close(): void {
    for (const making of this.made.values()) void making.then(({ client }) => client.destroy())
  }
}
