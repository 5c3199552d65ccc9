import { verifyToken } from '../ecr/token.ts'
import type { Caller, SandboxRequest, SandboxResponse } from '../http.ts'
import { registryOf, type World } from '../world.ts'
import { listCatalog } from './list-catalog.ts'
import { listReferrers } from './list-referrers.ts'
import { listTags } from './list-tags.ts'
import { checkRepositoryName } from './names.ts'
import { requireRegistryPermission } from './permissions.ts'
import { deleteManifest, putManifest } from './push-manifest.ts'
import type { Answer, RegistryCall } from './registry-call.ts'
import { errorResponse, RegistryError, toRegistryError } from './registry-error.ts'
import { type RegistryRoute, routeOf } from './route.ts'
import { headBlob, redirectToBlob } from './serve-blob.ts'
import { getManifest, headManifest } from './serve-manifest.ts'
import { abandonUpload, closeUpload, describeUpload, openUpload, patchUpload } from './upload-session.ts'

/** The data plane: what docker, skopeo and every other OCI client speak to (ecr-facts 4). */
export async function handleRegistry(world: World, request: SandboxRequest): Promise<SandboxResponse> {
  const { status, body, headers } = await answer(world, request)
  const all = {
    'docker-distribution-api-version': 'registry/2.0',
    ...lengthOf(status, body),
    ...headers,
  }
  return { status, headers: all, ...(body !== undefined && request.method !== 'HEAD' && { body }) }
}

async function answer(world: World, request: SandboxRequest): Promise<SandboxResponse> {
  try {
    const caller = verifyToken(world, request.headers['authorization'])
    if (caller === undefined) return challenge(world)
    if (caller === 'expired') throw expired()
    const route = routeOf(request.path)
    if (!route) throw new RegistryError('UNSUPPORTED', 'There is nothing at this path', { status: 404 })
    return await perform(callOf(world, request, caller), route)
  } catch (error) {
    const known = toRegistryError(error)
    if (!known) throw error
    return errorResponse(known)
  }
}

/** One port serves every registry, so the token says which one is meant: its account and its Region. */
function callOf(world: World, request: SandboxRequest, caller: Caller): RegistryCall {
  return { world, request, caller, registry: registryOf(world, caller.account, caller.region) }
}

function perform(call: RegistryCall, route: RegistryRoute): Answer {
  if ('repository' in route) checkRepositoryName(route.repository)
  const act = actionsOf(call, route)[call.request.method]
  if (act) {
    requireRegistryPermission(call, route)
    return act()
  }
  throw new RegistryError('UNSUPPORTED', 'The operation is unsupported', { status: 405 })
}

/** By method. What is not here is not offered: the DELETE of a blob, above all (ecr-facts 4.1). */
function actionsOf(call: RegistryCall, route: RegistryRoute): Record<string, (() => Answer) | undefined> {
  switch (route.kind) {
    case 'ping':
      return { GET: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }) }
    case 'catalog':
      return { GET: () => listCatalog(call) }
    case 'tags':
      return { GET: () => listTags(call, route.repository) }
    case 'referrers':
      return { GET: () => listReferrers(call, route.repository, route.digest) }
    case 'manifest':
      return manifestActions(call, route.repository, route.reference)
    case 'blob':
      return {
        HEAD: () => headBlob(call, route.repository, route.digest),
        GET: () => redirectToBlob(call, route.repository, route.digest),
      }
    case 'uploads':
      return { POST: () => openUpload(call, route.repository) }
    case 'upload':
      return uploadActions(call, route.repository, route.id)
  }
}

function manifestActions(call: RegistryCall, repository: string, reference: string) {
  return {
    HEAD: () => headManifest(call, repository, reference),
    GET: () => getManifest(call, repository, reference),
    PUT: () => putManifest(call, repository, reference),
    DELETE: () => deleteManifest(call, repository, reference),
  }
}

function uploadActions(call: RegistryCall, repository: string, id: string) {
  return {
    GET: () => describeUpload(call, repository, id),
    PATCH: () => patchUpload(call, repository, id),
    PUT: () => closeUpload(call, repository, id),
    DELETE: () => abandonUpload(call, repository, id),
  }
}

/** Exactly ECR's answer to a client without a token: fifteen bytes of text, no OCI error (ecr-facts 4.2). */
function challenge(world: World): SandboxResponse {
  return {
    status: 401,
    headers: {
      'www-authenticate': `Basic realm="${world.endpoints.registry}/",service="ecr.amazonaws.com"`,
      'content-type': 'text/plain; charset=utf-8',
    },
    body: 'Not Authorized\n',
  }
}

/** Assumption: 403, as the documentation has it (ecr-facts 4.2). */
function expired(): RegistryError {
  const message = 'Your authorization token has expired. Reauthenticate and try again.'
  return new RegistryError('DENIED', message, { status: 403 })
}

/** Every answer says how long it is, also to a HEAD: clients check it, and none of ours is a stream. */
function lengthOf(status: number, body: SandboxResponse['body']): Record<string, string> {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : 0
  return status === 204 ? {} : { 'content-length': String(length) }
}
