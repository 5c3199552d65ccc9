import { type Artifact, type Content, content, descriptorOf, emptyJson, ociManifest } from './artifact.ts'

const emptyConfig = content(emptyJson, Buffer.from('{}'))

/** An OCI 1.1 referrer: something that says something about another manifest of the same repository. */
export function buildReferrer(
  subject: Content,
  artifactType: string,
  options: { payload: Content; created: string },
): Artifact {
  const manifest = {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType,
    config: descriptorOf(emptyConfig),
    layers: [descriptorOf(options.payload)],
    subject: descriptorOf(subject),
    annotations: { 'org.opencontainers.image.created': options.created },
  }
  return {
    ...content(ociManifest, Buffer.from(JSON.stringify(manifest))),
    blobs: [emptyConfig, options.payload],
  }
}

/** The tag that signers used before referrers existed: the digest of what is signed, spelled as a tag. */
export function oldSignatureTag(subject: Content): string {
  return `${subject.digest.replace(':', '-')}.sig`
}
