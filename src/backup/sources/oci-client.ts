import { HoldfastError, hasCode } from '../../core/errors.ts'
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
    throw unusable(error, url, access)
  }
}

/** `oci-127.0.0.1_5000`: nothing that a path could stumble over. */
export function ociIdentity(url: OciUrl, client: OciClient): RegistryIdentity {
  const key = `oci-${url.host.replace(/[^A-Za-z0-9.-]/g, '_')}`
  return { key, url: `oci://${url.host}`, kind: 'oci', simulated: client.simulated() }
}

/** The first request of all: what fails here is nearly always the address or the password, and can be said so. */
function unusable(error: unknown, { host }: OciUrl, { username, password }: RegistryAccess): unknown {
  if (hasCode(error, 'registry-unauthorized')) {
    const given = username && password
    return new HoldfastError('registry-unauthorized', {
      what: given
        ? `The registry ${host} did not accept the user name and password`
        : `The registry ${host} wants a user name and password`,
      ...(error.why && { why: error.why }),
      next: `${given ? 'Correct' : 'Set'} HOLDFAST_REGISTRY_USERNAME and HOLDFAST_REGISTRY_PASSWORD.`,
      cause: error,
    })
  }
  if (!hasCode(error, 'registry-not-found', 'registry-answer-invalid', 'access-denied')) return error
  return new HoldfastError(error.code === 'access-denied' ? 'access-denied' : 'registry-answer-invalid', {
    what:
      error.code === 'access-denied'
        ? `${host} refuses access, or is no OCI registry`
        : `${host} does not answer as an OCI registry does`,
    why: `GET /v2/: ${error.why ?? error.message}`,
    next: 'Check host and port: oci://HOST[:PORT] is where docker would pull from.',
    cause: error,
  })
}
