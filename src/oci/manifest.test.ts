import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasCode } from '../core/errors.ts'
import { type Manifest, maxManifestBytes, readManifest } from './manifest.ts'
import { mediaType } from './media-types.ts'

const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const descriptor = (digit: string, size: unknown = 3, type = 'application/x') => ({
  mediaType: type,
  digest: digest(digit),
  size,
})
const image = { schemaVersion: 2, config: descriptor('a'), layers: [descriptor('b')] }
const read = (body: unknown, type: string = mediaType.ociManifest): Manifest =>
  readManifest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), type)

function refusal(body: unknown, type?: string): string {
  try {
    read(body, type)
  } catch (error) {
    if (hasCode(error, 'registry-answer-invalid')) return error.why ?? ''
    throw error
  }
  return 'accepted'
}

test('an image manifest: config, layers, subject, artifact type', () => {
  const body = { ...image, subject: descriptor('c'), artifactType: 'application/spdx' }
  expect(read(body)).toEqual({
    mediaType: mediaType.ociManifest,
    config: descriptor('a'),
    layers: [descriptor('b')],
    manifests: [],
    subject: descriptor('c'),
    artifactType: 'application/spdx',
    external: [],
  })
})

test('an index has children and no layers', () => {
  const read1 = read({ schemaVersion: 2, manifests: [descriptor('d')] }, mediaType.ociIndex)
  expect(read1.manifests).toEqual([descriptor('d')])
  expect(read1.layers).toEqual([])
})

test('an ORAS artifact keeps its blobs as layers', () => {
  const body = { mediaType: mediaType.orasArtifact, artifactType: 'x/y', blobs: [descriptor('e')] }
  expect(read(body, mediaType.orasArtifact)).toMatchObject({ layers: [descriptor('e')], artifactType: 'x/y' })
})

test('schema 1 has layers without sizes', () => {
  const body = { schemaVersion: 1, fsLayers: [{ blobSum: digest('f') }, { blobSum: digest('f') }] }
  const found = read(body, mediaType.dockerManifest1Signed)
  expect(found.layers.map((layer) => [layer.digest, layer.size])).toEqual([
    [digest('f'), undefined],
    [digest('f'), undefined],
  ])
})

test('a foreign layer with URLs is external, one without is an ordinary layer', () => {
  const type = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
  const foreign = { ...descriptor('1', 9, type), urls: ['https://example.com/layer'] }
  const body = { ...image, layers: [foreign, descriptor('2', 9, type)] }
  const found = read(body, mediaType.dockerManifest)
  expect(found.external.map((one) => one.digest)).toEqual([digest('1')])
  expect(found.layers.map((one) => one.digest)).toEqual([digest('2')])
})

test.each([
  ['application/json', { ...image, mediaType: mediaType.dockerManifest }, mediaType.dockerManifest],
  ['text/plain; charset=utf-8', image, mediaType.ociManifest],
  [`${mediaType.dockerManifest}; charset=utf-8`, image, mediaType.dockerManifest],
  ['', { schemaVersion: 2, manifests: [] }, mediaType.ociIndex],
])('the media type of %s', (header, body, expected) => {
  expect(read(body, header).mediaType).toBe(expected)
})

test.each([
  ['HTML', '<html>', /./],
  ['nothing', '', /./],
  ['a list', '[]', /not a JSON object/],
  ['a byte order mark', `\ufeff${JSON.stringify(image)}`, /./],
  ['a bracket bomb', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /Nested deeper/],
  ['an unfinished string', '{"a', /without an end/],
  ['a key twice', '{"layers":[],"config":1,"layers":[]}', /same key twice/],
  ['a key twice, once in escapes', '{"layers":[],"\\u006cayers":[]}', /same key twice/],
  ['layers and manifests', { ...image, manifests: [] }, /both layers and manifests/],
  ['an index that claims to be an image', { manifests: [] }, /does not fit its media type/],
  ['an empty object', {}, /refers to nothing/],
  ['layers that are no list', { ...image, layers: 7 }, /not a list/],
  ['a layer that is null', { ...image, layers: [null] }, /ayers\[0\] is not a descriptor/],
  ['a negative size', { ...image, layers: [descriptor('b', -1)] }, /usable size/],
  ['a fractional size', { ...image, layers: [descriptor('b', 1.5)] }, /usable size/],
  ['a size of 2^53 + 1', JSON.stringify(image).replaceAll(':3', ':9007199254740993'), /usable size/],
  ['a size in quotes', { ...image, layers: [descriptor('b', '3')] }, /usable size/],
  ['upper-case hex', { ...image, config: descriptor('A') }, /no sha256 digest/],
  [
    'another algorithm',
    { ...image, config: { ...descriptor('a'), digest: `sha512:${'a'.repeat(128)}` } },
    /no sha256/,
  ],
  [
    'a path as digest',
    { ...image, config: { ...descriptor('a'), digest: 'sha256:../../x' } },
    /no sha256 digest/,
  ],
  ['schema 1 without layers', { schemaVersion: 1 }, /no fsLayers/],
])('refuses %s', (_name, body, why) => {
  expect(refusal(body)).toMatch(why)
})

test('refuses bad UTF-8 and more than 4 MiB', () => {
  expect(() => readManifest(Buffer.from([0x7b, 0xff, 0x7d]), mediaType.ociManifest)).toThrow(/cannot be read/)
  expect(() => readManifest(new Uint8Array(maxManifestBytes + 1), mediaType.ociManifest)).toThrow(
    /cannot be read/,
  )
})

test('__proto__ is an ordinary key and changes nothing', () => {
  const text = JSON.stringify(image).replace('{', '{"__proto__":{"subject":{"digest":"x"}},')
  expect(read(text).subject).toBeUndefined()
  expect(({} as Record<string, unknown>)['subject']).toBeUndefined()
})

test('any JSON is read or refused by name, never anything else', () => {
  const types = fc.constantFrom(...Object.values(mediaType), 'application/json')
  fc.assert(fc.property(fc.json(), types, (text, type) => refusal(text, type) !== undefined))
})

test('a large index is read', () => {
  const manifests = Array.from({ length: 30_000 }, () => descriptor('a'))
  expect(read({ schemaVersion: 2, manifests }, mediaType.ociIndex).manifests).toHaveLength(30_000)
})
