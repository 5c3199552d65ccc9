import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HoldfastError } from '../core/errors.ts'
import { verifyToken } from './ecr/token.ts'
import { faultError } from './fault-errors.ts'
import { FaultBook, type FaultKind } from './faults.ts'
import { AwsError, type SandboxRequest, type SandboxResponse } from './http.ts'
import { respond } from './respond.ts'
import { answerError, type Route } from './route.ts'
import { claimedScope } from './sigv4/claim.ts'
import { findKey } from './sigv4/layer-key.ts'
import type { World } from './world.ts'

export type Router = (world: World, request: SandboxRequest, requestId: string) => Route | Promise<Route>
export type LogEntry = { service: string; operation: string; status: number }

/** What both doors of one sandbox share. */
export class House {
  readonly world: World
  readonly faults = new FaultBook()
  readonly log: LogEntry[] = []
  readonly met: { service: string; operation: string; kind: FaultKind }[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #afterEach: () => void

  constructor(world: World, afterEach: () => void) {
    this.world = world
    this.#afterEach = afterEach
  }

  /** Opens a door on 127.0.0.1, and nowhere else. */
  async open(router: Router, port: number): Promise<Server> {
    const server = createServer((incoming, outgoing) => this.#accept(router, incoming, outgoing))
    // A big layer may take its time.
    server.requestTimeout = 0
    server.keepAliveTimeout = 65_000
    await listen(server, port)
    return server
  }

  /** Resolves when no request is being worked on. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  #accept(router: Router, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const work = this.#serve(router, incoming, outgoing).catch((error: unknown) => giveUp(outgoing, error))
    this.#running.add(work)
    void work.finally(() => this.#running.delete(work))
  }

  async #serve(router: Router, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomUUID()
    const request = requestOf(incoming)
    const route = await routeOr(router, this.world, { request, requestId })
    const fault = this.faults.take(route.service, [route.operation, ...(route.alias ? [route.alias] : [])])
    if (fault) this.met.push({ service: route.service, operation: route.operation, kind: fault })
    if (fault === 'reset') {
      this.#record(route, 0)
      incoming.socket.resetAndDestroy()
      return
    }
    const response = await this.#answer(route, request, { fault, requestId })
    this.#record(route, response.status)
    await respond(outgoing, this.#stamped(response, requestId), fault)
  }

  async #answer(
    route: Route,
    request: SandboxRequest,
    { fault, requestId }: { fault: FaultKind | undefined; requestId: string },
  ): Promise<SandboxResponse> {
    try {
      const error = faultError(fault, route, callerArn(this.world, request))
      if (error) throw error
      return await route.perform()
    } catch (error) {
      return answerError(route, request, { error, requestId })
    }
  }

  #record({ service, operation }: Route, status: number): void {
    this.log.push({ service, operation, status })
    this.#afterEach()
  }

  /** Law 9: whoever asks can see that the answer is simulated. The date is the simulated one. */
  #stamped(response: SandboxResponse, requestId: string): SandboxResponse {
    const headers = {
      date: new Date(this.world.now()).toUTCString(),
      server: 'holdfast-sandbox',
      'x-amzn-requestid': requestId,
      'x-amz-request-id': requestId,
      'x-holdfast-simulated': 'true',
      ...response.headers,
    }
    return { ...response, headers }
  }
}

/** Most often the client has gone, and there is nobody left to tell; else an answer could not be written. */
function giveUp(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed || outgoing.socket?.destroyed) outgoing.destroy()
  else outgoing.writeHead(500, { 'x-holdfast-simulated': 'true' }).end(`A defect in the sandbox: ${error}\n`)
}

/** A request that cannot even be routed still gets an answer. */
async function routeOr(
  router: Router,
  world: World,
  { request, requestId }: { request: SandboxRequest; requestId: string },
): Promise<Route> {
  try {
    if (request.path === '') throw new AwsError('InvalidURI', 'The path cannot be decoded.')
    return await router(world, request, requestId)
  } catch (error) {
    return { service: 'unknown', operation: '', protocol: 's3', perform: () => Promise.reject(error) }
  }
}

function requestOf(incoming: IncomingMessage): SandboxRequest {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1)
  return {
    method: incoming.method ?? '',
    rawPath,
    path: decoded(rawPath),
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: incoming.headers as Record<string, string | undefined>,
    incoming,
  }
}

/** Empty when it is not percent-encoded UTF-8. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

/** Whom an error text names; nothing is proved yet. */
function callerArn(world: World, request: SandboxRequest): string {
  const claimed = claimedScope(request)
  if (claimed) return findKey(world, claimed.accessKeyId)?.key.arn ?? 'unknown'
  const holder = verifyToken(world, request.headers['authorization'])
  return typeof holder === 'object' ? holder.arn : 'anonymous'
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(portError(error, port)))
    server.listen(port, '127.0.0.1', done)
  })
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new HoldfastError('port-in-use', {
    what: `Port ${port} of 127.0.0.1 is taken by another program.`,
    next: 'Give another port, or none: then a free one is used.',
    cause: error,
  })
}
