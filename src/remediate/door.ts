import type { AwsContext } from '../aws/context.ts'
import { awsError, awsErrorCode } from '../aws/errors.ts'
import { partitionOf } from '../core/arn.ts'
import type { Run } from '../core/run.ts'
import type { Call, ChangingService } from './call.ts'
import type { Place } from './place.ts'
import { type InputOf, loadService, type OperationOf, type OutputOf } from './services.ts'

/** How steps read and change AWS. Requests are named as in the API; every failure is a HoldfastError. */
export interface Door {
  readonly aws: AwsContext
  readonly run: Run
  readonly place: Place
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
  close(): void
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

export async function openDoor(aws: AwsContext, run: Run): Promise<Door> {
  const { account } = await aws.identity()
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
    ...{ aws, run, place, ask },
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
    const client = new Client({ ...this.aws.clientConfig(service), region }) as Client
    return { client, module }
  }

  close(): void {
    for (const making of this.made.values()) void making.then(({ client }) => client.destroy())
  }
}
