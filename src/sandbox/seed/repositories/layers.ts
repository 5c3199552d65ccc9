import { type BuiltLayer, buildLayer } from '../artifacts/image.ts'
import { applicationTree, runtimeTree, systemTree } from '../artifacts/trees.ts'
import type { Architecture } from '../content/program.ts'

/** The layers that more than one image has. */
export interface SharedLayers {
  system1: BuiltLayer
  system2: BuiltLayer
  system2Arm: BuiltLayer
  node: BuiltLayer
  nodeArm: BuiltLayer
  python: BuiltLayer
}

export function buildSharedLayers(): SharedLayers {
  return {
    system1: system('1.0', 'amd64'),
    system2: system('2.0', 'amd64'),
    system2Arm: system('2.0', 'arm64'),
    node: runtime('node 20', 'amd64'),
    nodeArm: runtime('node 20', 'arm64'),
    python: runtime('python 3', 'amd64'),
  }
}

/** The layer of one version of one application; no other image has it. */
export function applicationLayer(
  name: string,
  version: string,
  { architecture = 'amd64', kib = 120 }: { architecture?: Architecture; kib?: number } = {},
): BuiltLayer {
  const tree = applicationTree(name, version, { architecture, bytes: kib * 1024 })
  return buildLayer(tree, `COPY ${name} ${version} /app`)
}

function system(version: string, architecture: Architecture): BuiltLayer {
  return buildLayer(systemTree(version, architecture), `ADD harbour-os ${version} /`)
}

function runtime(name: string, architecture: Architecture): BuiltLayer {
  return buildLayer(runtimeTree(name, architecture), `RUN install ${name}`)
}
