import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jumpingClock } from '../core/clock.ts'
import { type OciClient, type OciClientOptions, ociClient } from './client.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

export interface FakeRegistry {
  base: URL
  /** `METHOD path authorization` of what came, oldest first. */
  seen: { method: string; url: string; authorization: string | undefined; range: string | undefined }[]
  close(): Promise<void>
}

/** A server that answers whatever a test wants, on a free port of 127.0.0.1. */
export async function fakeRegistry(handler: Handler): Promise<FakeRegistry> {
  const seen: FakeRegistry['seen'] = []
  const server: Server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    seen.push({ method, url, authorization: headers.authorization, range: headers.range })
    request.resume()
    handler(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    base: new URL(`http://127.0.0.1:${port}`),
    seen,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** A client whose waits take no time. */
export function clientOf(base: URL, options: Partial<OciClientOptions> = {}): OciClient {
  return ociClient({ base, clock: jumpingClock(), random: () => 0.5, ...options })
}
