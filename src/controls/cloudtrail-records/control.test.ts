import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Trail } from '../../inventory/neighbours.ts'
import { daysAgo, denied, inventory, settings, trail } from '../inventory.fixture.ts'
import { cloudtrailRecords } from './control.ts'

const judge = (changes: Partial<Inventory>) => cloudtrailRecords.judge(inventory(changes), settings())
const one = (changes: Partial<Trail>) => judge({ trails: { ok: [trail(changes)] } })
const { logGroup: _, ...withoutGroup } = trail()
const { kmsKey: __, ...withoutKey } = trail()
const select = (readWrite: string) => ({
  ok: { classic: [{ readWrite, managementEvents: true, excludedSources: [] }], advanced: [] },
})
const bucket = {
  publicByPolicy: false,
  publicByAcl: false,
  blocksPublicAccess: false,
  versioning: true,
  mfaDelete: false,
}
const delivering = { logging: true, lastDelivery: daysAgo(0) }

test.each<[string, ReturnType<typeof judge>, string, string]>([
  ['all as it should be', judge({}), 'pass', 'Trail all records every call'],
  ['no trail', judge({ trails: { ok: [] } }), 'fail', 'no trail'],
  ['no repository', judge({ repositories: { ok: [] } }), 'not-applicable', 'no repository'],
  ['no list of trails', judge({ trails: denied }), 'unknown', 'AccessDenied'],
  ['switched off', one({ status: { ok: { logging: false } } }), 'fail', 'switched off'],
  ['a status that is not told', one({ status: denied }), 'unknown', 'AccessDenied'],
  ['selectors that are not told', one({ selectors: denied }), 'unknown', 'AccessDenied'],
  ['writes only', one({ selectors: select('WriteOnly') }), 'fail', 'leaves out reading calls such as pulls'],
  ['reads only', one({ selectors: select('ReadOnly') }), 'fail', 'leaves such calls out'],
  ['another Region', one({ homeRegion: 'us-east-1', multiRegion: false }), 'fail', 'us-east-1 only'],
  ['of all Regions, at home elsewhere', one({ homeRegion: 'us-east-1' }), 'pass', 'records every call'],
  ['of this Region', one({ multiRegion: false }), 'fail', 'one Region only'],
  ['not validated', one({ logFileValidation: false }), 'fail', 'not validated'],
  ['no key', judge({ trails: { ok: [withoutKey] } }), 'fail', 'not encrypted with a KMS key'],
  ['no log group', judge({ trails: { ok: [withoutGroup] } }), 'fail', 'no log group'],
  [
    'a bucket that refuses',
    one({ status: { ok: { ...delivering, deliveryError: 'NoSuchBucket' } } }),
    'fail',
    'cannot write to its bucket: NoSuchBucket',
  ],
  [
    'a log group that refuses',
    one({ status: { ok: { ...delivering, logsDeliveryError: 'AccessDenied' } } }),
    'fail',
    'cannot write to its log group',
  ],
  [
    'a bucket that may become public',
    one({ bucketSettings: { ok: bucket } }),
    'fail',
    'does not block public',
  ],
  [
    'a public bucket',
    one({ bucketSettings: { ok: { ...bucket, publicByAcl: true } } }),
    'fail',
    'its bucket is public',
  ],
  [
    'open, but blocked',
    one({ bucketSettings: { ok: { ...bucket, publicByPolicy: true, blocksPublicAccess: true } } }),
    'pass',
    'private',
  ],
  ['the bucket of another account', one({ bucketSettings: denied }), 'unknown', 'AccessDenied'],
  [
    'the bucket of another account, and no validation',
    one({ bucketSettings: denied, logFileValidation: false }),
    'fail',
    'not validated',
  ],
  [
    'a good one among bad ones',
    judge({ trails: { ok: [trail({ multiRegion: false, name: 'bad' }), trail()] } }),
    'pass',
    'Trail all',
  ],
])('%s', (_name, verdict, status, words) => {
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})
