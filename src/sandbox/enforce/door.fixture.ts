import { type Permissions, restrictedUser } from '../../../test/support/restricted.ts'
import { type Client, failure, startClient } from '../client.fixture.ts'
import type { SandboxOptions } from '../sandbox.ts'

/** What any SDK client and command are, as far as these tests go. */
interface AnyClient {
  // biome-ignore lint/suspicious/noExplicitAny: clients of eighteen services, each with commands of its own
  send(command: any): Promise<unknown>
}
// biome-ignore lint/suspicious/noExplicitAny: the same
type ClientType = new (config: any) => AnyClient

export interface Door extends Client {
  /** What somebody with exactly these permissions is answered. */
  asked(permissions: Permissions, client: ClientType, command: unknown): Promise<string>
  /** A client of that somebody. */
  as<T extends ClientType>(permissions: Permissions, client: T): Promise<InstanceType<T>>
}

/** A sandbox that enforces IAM. */
export async function guarded(options: SandboxOptions = {}): Promise<Door> {
  const client = await startClient({ enforceIam: true, ...options })
  const as = async <T extends ClientType>(permissions: Permissions, type: T) => {
    const credentials = await restrictedUser(client, permissions)
    const config = { endpoint: client.awsEndpoint, region: 'eu-west-1', credentials, maxAttempts: 1 }
    return new type({ ...config, forcePathStyle: true }) as InstanceType<T>
  }
  const asked = async (permissions: Permissions, type: ClientType, command: unknown) =>
    failure((await as(permissions, type)).send(command))
  return { ...client, as, asked }
}
