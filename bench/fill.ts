import { request } from 'undici'
import { layer, sha256 } from './layer.ts'
import type { ImagePlan, SetPlan } from './sets.ts'

/**
 * Pushes a set into a registry with plain requests. Deliberately shares no code with src/: a mistake of Holdfast's
 * registry client can't hide in its own test data.
 */
export interface FillOptions {
  /** `http://127.0.0.1:PORT` */
  url: string
  authorization?: string
}

/** Distinct bytes pushed: layers, configurations and manifests. */
export interface Filled {
  bytes: number
  blobs: number
}

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

interface Stored {
  descriptor: Descriptor
  diffId: string
  /** Where it was pushed first: other repositories mount it from there. */
  from: string
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}

export async function fill(plan: SetPlan, options: FillOptions): Promise<Filled> {
  const stored = new Map<string, Stored>()
  const inRepository = new Set<string>()
  const filled = { bytes: 0, blobs: 0 }
  for (const image of plan.images) {
    const layers: Stored[] = []
    for (const name of image.layers) layers.push(await place(name, image))
    await pushImage(image, layers)
  }
  return filled

  async function place(name: string, image: ImagePlan): Promise<Stored> {
    const known = stored.get(name)
    if (known && inRepository.has(`${image.repository} ${name}`)) return known
    inRepository.add(`${image.repository} ${name}`)
    if (known) {
      // ECR mounts only where the account allows it; elsewhere the bytes are pushed again.
      const mounted = await mount(options, image.repository, known)
      if (!mounted) await pushBlob(options, image.repository, layer(name, plan.layerBytes(name)).bytes)
      return known
    }
    const made = layer(name, plan.layerBytes(name))
    await pushBlob(options, image.repository, made.bytes)
    const descriptor = { mediaType: types.layer, digest: made.digest, size: made.bytes.length }
    const fresh = { descriptor, diffId: made.diffId, from: image.repository }
    stored.set(name, fresh)
    filled.bytes += made.bytes.length
    filled.blobs++
    return fresh
  }

  async function pushImage(image: ImagePlan, layers: Stored[]): Promise<void> {
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { Labels: { image: `${image.repository}:${image.tag}` } },
        rootfs: { type: 'layers', diff_ids: layers.map((each) => each.diffId) },
      }),
    )
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config: { mediaType: types.config, digest: sha256(config), size: config.length },
        layers: layers.map((each) => each.descriptor),
      }),
    )
    await pushBlob(options, image.repository, config)
    await send(options, 'PUT', `/v2/${image.repository}/manifests/${image.tag}`, {
      body: manifest,
      type: types.manifest,
    })
    filled.bytes += config.length + manifest.length
    filled.blobs += 2
  }
}

async function mount(options: FillOptions, repository: string, blob: Stored): Promise<boolean> {
  const query = `mount=${blob.descriptor.digest}&from=${blob.from}`
  return (await send(options, 'POST', `/v2/${repository}/blobs/uploads/?${query}`)).status === 201
}

async function pushBlob(options: FillOptions, repository: string, bytes: Buffer): Promise<void> {
  const { location } = await send(options, 'POST', `/v2/${repository}/blobs/uploads/`)
  const target = new URL(location, options.url)
  target.searchParams.set('digest', sha256(bytes))
  await send(options, 'PUT', target.pathname + target.search, {
    body: bytes,
    type: 'application/octet-stream',
  })
}

async function send(
  options: FillOptions,
  method: 'POST' | 'PUT',
  path: string,
  content?: { body: Buffer; type: string },
): Promise<{ status: number; location: string }> {
  const answer = await request(new URL(path, options.url), {
    method,
    body: content?.body ?? null,
    headers: {
      ...(content ? { 'content-type': content.type } : {}),
      ...(options.authorization ? { authorization: options.authorization } : {}),
    },
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
  const location = answer.headers['location']
  return { status: answer.statusCode, location: typeof location === 'string' ? location : '' }
}
