import type { RegistryUrl } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import { basicAuthorization } from '../../oci/basic.ts'
import { type OciClient, ociClient } from '../../oci/client.ts'
import type { RegistryIdentity } from '../../vault/format.ts'
import type { RegistryAccess } from './access.ts'

type OciUrl = Extract<RegistryUrl, { kind: 'oci' }>

/** A client that has been answered: a wrong password or address shows before anything is planned. */
export async function openOciClient(url: OciUrl, access: RegistryAccess, run: Run): Promise<OciClient> {
  const { username, password } = access
  const client = ociClient({
    base: new URL(`${url.insecure ? 'http' : 'https'}://${url.host}`),
    clock: run.clock,
    ...(username && password && { authorization: basicAuthorization(username, password) }),
  })
  try {
    await client.ping(run.signal)
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

/** `oci-127.0.0.1_5000`: nothing that a path could stumble over. */
export function ociIdentity(url: OciUrl, client: OciClient): RegistryIdentity {
  const key = `oci-${url.host.replace(/[^A-Za-z0-9.-]/g, '_')}`
  return { key, url: `oci://${url.host}`, kind: 'oci', simulated: client.simulated() }
}
