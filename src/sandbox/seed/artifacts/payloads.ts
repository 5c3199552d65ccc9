import { storeAsGzip } from '../content/gzip.ts'
import { writeTar } from '../content/tar.ts'
import { type Artifact, type Content, content, descriptorOf, json, ociManifest } from './artifact.ts'

const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json'

/** What a signature says. The signature itself is not a real one: nobody holds a key for this sandbox. */
export function signaturePayload(subject: Content, reference: string): Content {
  return json(simpleSigning, {
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': subject.digest },
      type: 'cosign container image signature',
    },
    optional: { simulated: true },
  })
}

/** A short software bill of materials. */
export function billOfMaterials(subject: Content, components: string[]): Content {
  return json('application/spdx+json', {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: subject.digest,
    packages: components.map((name) => ({ name, SPDXID: `SPDXRef-${name}`, versionInfo: '1.0.0' })),
  })
}

/** The older way to sign: an image manifest under a tag that spells the digest. */
export function buildOldSignature(subject: Content, reference: string): Artifact {
  const payload = signaturePayload(subject, reference)
  const config = json('application/vnd.oci.image.config.v1+json', {
    architecture: '',
    os: '',
    rootfs: { type: 'layers', diff_ids: [payload.digest] },
    config: {},
  })
  const layer = {
    ...descriptorOf(payload),
    annotations: { 'dev.cosignproject.cosign/signature': Buffer.from('simulated').toString('base64') },
  }
  const manifest = json(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: descriptorOf(config),
    layers: [layer],
  })
  return { ...manifest, blobs: [config, payload] }
}

export function buildChart(name: string, version: string): Artifact {
  const config = json('application/vnd.cncf.helm.config.v1+json', {
    name,
    version,
    apiVersion: 'v2',
    appVersion: version,
    description: `Deploys ${name}`,
    type: 'application',
  })
  const archive = content(
    'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    storeAsGzip(writeTar(chartTree(name, version))),
  )
  const manifest = json(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: descriptorOf(config),
    layers: [descriptorOf(archive)],
    annotations: { 'org.opencontainers.image.title': name, 'org.opencontainers.image.version': version },
  })
  return { ...manifest, blobs: [config, archive] }
}

function chartTree(name: string, version: string) {
  const files: Record<string, string> = {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: "${version}"\n`,
    'values.yaml': `replicas: 2\nimage: ${name}/api\n`,
    'templates/deployment.yaml': `kind: Deployment\nmetadata:\n  name: ${name}\n`,
  }
  const entries = Object.entries(files).map(([path, text]) => [
    `${name}/${path}`,
    { content: Buffer.from(text) },
  ])
  return Object.fromEntries(entries)
}
