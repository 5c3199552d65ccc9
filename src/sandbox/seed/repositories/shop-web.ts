import { type Artifact, content } from '../artifacts/artifact.ts'
import { type BuiltImage, buildImage, buildIndex } from '../artifacts/image.ts'
import { billOfMaterials, signaturePayload } from '../artifacts/payloads.ts'
import { buildReferrer } from '../artifacts/referrer.ts'
import type { Architecture } from '../content/program.ts'
import { applicationLayer, type SharedLayers } from './layers.ts'
import { expireUntagged } from './policies.ts'
import type { ImageSeed, RepositorySeed } from './repository-seed.ts'
import { cleanScan } from './scans.ts'

const created = '2025-07-20T07:45:00Z'
const signatureType = 'application/vnd.dev.cosign.artifact.sig.v1+json'
const billType = 'application/spdx+json'
const attestationType = 'application/vnd.in-toto+json'

/** Two platforms under one name; a signature and a bill of materials refer to it, and a statement to the bill. */
export function shopWeb(layers: SharedLayers): RepositorySeed {
  const index = buildIndex([platform(layers, 'amd64'), platform(layers, 'arm64')], {
    'org.opencontainers.image.version': '3.2.0',
  })
  return {
    name: 'shop/web',
    created: 220,
    mutability: 'IMMUTABLE_WITH_EXCLUSION',
    exclusionFilters: ['latest'],
    lifecyclePolicy: expireUntagged(365),
    resourceTags: { owner: 'shop-team', environment: 'production' },
    images: [
      { artifact: index, tags: ['3.2.0', 'latest'], pushed: 20, pulled: 0.2, scan: cleanScan() },
      ...referrersOf(index),
    ],
  }
}

function referrersOf(index: Artifact): ImageSeed[] {
  const refer = (subject: Artifact, type: string, payload: ReturnType<typeof content>): Artifact =>
    buildReferrer(subject, type, { payload, created })
  const signature = refer(index, signatureType, signaturePayload(index, 'shop/web'))
  const bill = refer(index, billType, billOfMaterials(index, ['harbour-os', 'node', 'shop-web']))
  const statement = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: bill.digest.slice('sha256:'.length) } }],
    predicateType: 'https://example.com/simulated-review',
    predicate: { reviewed: true },
  })
  const attestation = refer(bill, attestationType, content(attestationType, Buffer.from(statement)))
  return [signature, bill, attestation].map((artifact) => ({ artifact, pushed: 20 }))
}

function platform(layers: SharedLayers, architecture: Architecture): BuiltImage {
  const below = architecture === 'amd64' ? [layers.system2, layers.node] : [layers.system2Arm, layers.nodeArm]
  return buildImage({
    architecture,
    layers: [...below, applicationLayer('shop-web', '3.2.0', { architecture, kib: 260 })],
    created,
    command: ['/app/bin/start'],
  })
}
