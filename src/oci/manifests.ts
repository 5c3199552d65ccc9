import { type Digest, digestOf, isDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { readCapped } from './body.ts'
import { type Answer, describe, drop, type Exchange } from './exchange.ts'
import { invalidAnswer } from './failure.ts'
import { maxManifestBytes } from './manifest.ts'
import { manifestMediaTypes } from './media-types.ts'

export interface FoundManifest {
  /** Computed by us from the bytes. */
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  /** What the registry says that the digest is, when it says something else; possible for what was read by tag. */
  claimed?: Digest
}

export interface ManifestHead {
  /** What the registry claims; absent when it claims nothing usable. */
  digest?: Digest
  mediaType?: string
}

export interface ManifestToPut {
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  /** Absent: put by its digest. */
  tag?: string
}

const accept = { accept: manifestMediaTypes.join(', ') }

export interface ManifestCalls {
  /** By tag or digest; undefined when there is none. What was asked for by digest is checked against it. */
  manifest(repository: string, reference: string, signal?: AbortSignal): Promise<FoundManifest | undefined>
  headManifest(repository: string, reference: string, signal?: AbortSignal): Promise<ManifestHead | undefined>
  /** Exactly these bytes. A registry that stored something else is found out by the digest that it answers. */
  putManifest(repository: string, manifest: ManifestToPut, signal?: AbortSignal): Promise<void>
  /** False when there was none. */
  deleteManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<boolean>
}

export function manifestCalls(exchange: Exchange): ManifestCalls {
  return {
    manifest: (...question) => getManifest(exchange, ...question),
    headManifest: (...question) => headManifest(exchange, ...question),
    putManifest: (...question) => putManifest(exchange, ...question),
    deleteManifest: (...question) => deleteManifest(exchange, ...question),
  }
}

async function getManifest(exchange: Exchange, ...question: Parameters<ManifestCalls['manifest']>) {
  const [repository, reference, signal] = question
  const to = pathOf(repository, reference)
  const ask = { operation: 'GetManifest', method: 'GET', to, repository, access: 'pull' } as const
  const answer = await exchange.send({ ...ask, headers: accept, ok: [200, 404], signal })
  if (answer.status === 404) return gone(answer)
  const bytes = await readCapped(answer.body, maxManifestBytes, describe(ask, answer.url))
  const digest = digestOf(bytes)
  if (isDigest(reference) && reference !== digest) throw mismatch(repository, reference, digest)
  const claimed = answer.headers['docker-content-digest'] ?? digest
  const otherwise = claimed !== digest && isDigest(claimed) ? { claimed } : {}
  return { digest, mediaType: answer.headers['content-type'] ?? '', bytes, ...otherwise }
}

async function headManifest(exchange: Exchange, ...question: Parameters<ManifestCalls['headManifest']>) {
  const [repository, reference, signal] = question
  const to = pathOf(repository, reference)
  const ask = { operation: 'HeadManifest', method: 'HEAD', to, repository, access: 'pull' } as const
  const answer = await exchange.send({ ...ask, headers: accept, ok: [200, 404], signal })
  if (answer.status === 404) return gone(answer)
  await drop(answer.body)
  const claimed = answer.headers['docker-content-digest'] ?? ''
  const mediaType = answer.headers['content-type']?.split(';')[0]?.trim()
  return { ...(isDigest(claimed) && { digest: claimed }), ...(mediaType && { mediaType }) }
}

async function putManifest(exchange: Exchange, ...question: Parameters<ManifestCalls['putManifest']>) {
  const [repository, manifest, signal] = question
  const to = pathOf(repository, manifest.tag ?? manifest.digest)
  const ask = { operation: 'PutManifest', method: 'PUT', to, repository, access: 'push' } as const
  const headers = { 'content-type': manifest.mediaType }
  const answer = await exchange.send({ ...ask, headers, body: manifest.bytes, ok: [200, 201], signal })
  await drop(answer.body)
  const stored = answer.headers['docker-content-digest']
  if (stored && stored !== manifest.digest) throw mismatch(repository, manifest.digest, stored)
}

async function deleteManifest(exchange: Exchange, ...question: Parameters<ManifestCalls['deleteManifest']>) {
  const [repository, digest, signal] = question
  const to = pathOf(repository, digest)
  const ask = { operation: 'DeleteManifest', method: 'DELETE', to, repository, access: 'push' } as const
  const answer = await exchange.send({ ...ask, ok: [200, 202, 404], signal })
  await drop(answer.body)
  return answer.status !== 404
}

function pathOf(repository: string, reference: string): string {
  if (reference.includes('/') || reference.includes('?') || reference.includes('#') || reference === '..') {
    throw invalidAnswer(`Not a tag or digest: ${JSON.stringify(reference)}`)
  }
  return `/v2/${repository}/manifests/${reference}`
}

async function gone(answer: Answer): Promise<undefined> {
  await drop(answer.body)
  return undefined
}

function mismatch(repository: string, wanted: string, got: string): HoldfastError {
  return new HoldfastError('registry-content-mismatch', {
    what: `The registry has other bytes for ${repository}@${wanted}`,
    why: `They hash to ${got}.`,
    next: 'Nothing of them was used. Something between you and the registry, or the registry itself, is damaged.',
  })
}
