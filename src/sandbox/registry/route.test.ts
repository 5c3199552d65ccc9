import { expect, test } from 'vitest'
import { routeOf } from './route.ts'

test.each([
  ['/v2/', { kind: 'ping' }],
  ['/v2/_catalog', { kind: 'catalog' }],
  ['/v2/app/tags/list', { kind: 'tags', repository: 'app' }],
  ['/v2/a/b/c/manifests/1.0', { kind: 'manifest', repository: 'a/b/c', reference: '1.0' }],
  ['/v2/app/blobs/uploads/', { kind: 'uploads', repository: 'app' }],
  ['/v2/app/blobs/uploads', { kind: 'uploads', repository: 'app' }],
  ['/v2/app/blobs/uploads/7', { kind: 'upload', repository: 'app', id: '7' }],
  ['/v2/app/blobs/sha256:00', { kind: 'blob', repository: 'app', digest: 'sha256:00' }],
  ['/v2/app/referrers/sha256:00', { kind: 'referrers', repository: 'app', digest: 'sha256:00' }],
  // Names that look like verbs are names.
  ['/v2/a/manifests/b/manifests/1', { kind: 'manifest', repository: 'a/manifests/b', reference: '1' }],
  ['/v2/a/blobs/uploads/blobs/uploads/', { kind: 'uploads', repository: 'a/blobs/uploads' }],
  ['/v2/tags/list/tags/list', { kind: 'tags', repository: 'tags/list' }],
  ['/v2/app', undefined],
  ['/v2/app/manifests/', undefined],
  ['/v1/app/tags/list', undefined],
  ['/', undefined],
])('%s', (path, route) => {
  expect(routeOf(path)).toEqual(route)
})
