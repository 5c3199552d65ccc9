import { createHash } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import type { Digest } from '../core/digest.ts'
import { clientOf, fakeRegistry } from './hostile.fixture.ts'

const piece = Buffer.alloc(1 << 20, 'x')
const pieces = 256
const size = piece.length * pieces
const mebibyte = 1 << 20

const cleanUp: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of cleanUp.reverse()) await close()
})

test('a blob of 256 MiB passes from one registry to another in little memory', async () => {
  const hash = createHash('sha256')
  for (let n = 0; n < pieces; n++) hash.update(piece)
  const digest: Digest = `sha256:${hash.digest('hex')}`
  const from = await fakeRegistry((_request, response) => {
    response.writeHead(200, { 'content-length': size })
    let left = pieces
    const pour = () => {
      while (left > 0) {
        left--
        if (!response.write(piece)) return
      }
      response.end()
    }
    response.on('drain', pour)
    pour()
  })
  const received = createHash('sha256')
  const to = await fakeRegistry((request, response) => {
    if (request.method === 'POST') return response.writeHead(202, { location: '/up' }).end()
    request.on('data', (chunk) => received.update(chunk))
    return request.on('end', () => response.writeHead(201).end())
  })
  const [source, target] = [clientOf(from.base), clientOf(to.base)]
  cleanUp.push(from.close, to.close, source.close, target.close)

  const before = process.memoryUsage().arrayBuffers
  let peak = 0
  const body = await source.blob('a/b', digest, 0)
  body.on('data', () => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
  })
  body.pause()
  await target.putBlob('a/b', { digest, size, body })
  expect(`sha256:${received.digest('hex')}`).toBe(digest)
  expect(peak / mebibyte).toBeLessThan(100)
})
