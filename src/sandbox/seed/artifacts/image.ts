import { storeAsGzip } from '../content/gzip.ts'
import type { Architecture } from '../content/program.ts'
import { type Tree, writeTar } from '../content/tar.ts'
import {
  type Artifact,
  type Content,
  content,
  descriptorOf,
  json,
  ociIndex,
  ociManifest,
} from './artifact.ts'

/** A layer knows both its names: the digest of what is sent, and the digest of the tar inside (`diffId`). */
export interface BuiltLayer extends Content {
  diffId: string
  /** Goes into the history of every image that has the layer. */
  createdBy: string
}

export interface ImageRecipe {
  architecture: Architecture
  layers: readonly BuiltLayer[]
  /** An ISO date. Never the real time: it would change the digest. */
  created: string
  command: string[]
  labels?: Record<string, string>
  /** Beside PATH. */
  environment?: readonly string[]
  /** Docker's media types instead of OCI's, as `docker push` writes them. */
  docker?: boolean
}

export interface BuiltImage extends Artifact {
  architecture: Architecture
}

const types = {
  oci: {
    manifest: ociManifest,
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const

export function buildLayer(tree: Tree, createdBy: string): BuiltLayer {
  const tar = writeTar(tree)
  const diffId = content('tar', tar).digest
  return { ...content(types.oci.layer, storeAsGzip(tar)), diffId, createdBy }
}

export function buildImage(recipe: ImageRecipe): BuiltImage {
  const type = recipe.docker ? types.docker : types.oci
  const config = json(type.config, configOf(recipe))
  const layers = recipe.layers.map((layer) => ({ ...layer, mediaType: type.layer }))
  const manifest = json(type.manifest, {
    schemaVersion: 2,
    mediaType: type.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  })
  return { ...manifest, blobs: [config, ...layers], architecture: recipe.architecture }
}

function configOf({ architecture, created, layers, command, labels, environment = [] }: ImageRecipe) {
  return {
    created,
    architecture,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/bin:/bin:/app/bin', ...environment],
      Cmd: command,
      WorkingDir: '/',
      ...(labels && { Labels: labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((layer) => ({ created, created_by: layer.createdBy })),
  }
}

/** One name for several platforms. */
export function buildIndex(images: readonly BuiltImage[], annotations: Record<string, string>): Artifact {
  const manifest = json(ociIndex, {
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: images.map((image) => ({
      ...descriptorOf(image),
      platform: { architecture: image.architecture, os: 'linux' },
    })),
    annotations,
  })
  return { ...manifest, blobs: [], children: images }
}
