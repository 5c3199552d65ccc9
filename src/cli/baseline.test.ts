import { expect, test } from 'vitest'
import { defaultSettings } from '../controls/settings.ts'
import { HoldfastError } from '../core/errors.ts'
import { defaultBaseline } from '../remediate/baseline.ts'
import { baselineOf } from './baseline.ts'
import { parseConfig } from './config-parse.ts'

const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const read = (yaml: string) => baselineOf(parseConfig(yaml, 'holdfast.yaml'))

test('nothing wished for is the default, with what the audit expects', () => {
  expect(read('')).toEqual({ ...defaultBaseline, audit: defaultSettings })
  expect(read('audit: { accessKeyDays: 30 }\nbaseline: {}').audit.accessKeyDays).toBe(30)
})

test.each([
  [
    'baseline: { tagMutability: { exclusions: [latest] } }',
    { tagMutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'] } },
  ],
  [
    'baseline: { scanning: { type: ENHANCED } }',
    { scanning: { type: 'ENHANCED', frequency: 'CONTINUOUS_SCAN' } },
  ],
  [
    'baseline: { scanning: { type: ENHANCED, frequency: SCAN_ON_PUSH } }',
    { scanning: { type: 'ENHANCED', frequency: 'SCAN_ON_PUSH' } },
  ],
  [`baseline: { encryption: { kmsKey: "${key}" } }`, { encryption: { kmsKey: key } }],
  ['baseline: { monitoring: { emails: [a@example.org] } }', { monitoring: { emails: ['a@example.org'] } }],
])('%s', (yaml, wanted) => {
  expect(read(yaml)).toMatchObject(wanted)
})

test.each([
  ['baseline: { scaning: {} }', /unknown key "scaning", did you mean "scanning"/],
  ['baseline: { encryption: {} }', /baseline\.encryption\.kmsKey: .*give the ARN/],
  ['baseline: { encryption: { type: KMS } }', /unknown key "type"/],
  ['baseline: { encryption: { kmsKey: alias/images } }', /an alias may point to another key/],
  ['baseline: { encryption: { kmsKey: arn:aws:kms:eu-west-1:1:alias/images } }', /an alias may point/],
  ['baseline: { encryption: { kmsKey: 1234abcd } }', /the ARN of a key looks like/],
  [
    `audit: { allowedKeys: ["*:key/other"] }\nbaseline: { encryption: { kmsKey: "${key}" } }`,
    /audit\.allowedKeys does not allow this key/,
  ],
  ['baseline: { lifecycle: { untaggedDays: 0 } }', /would expire at once/],
  ['baseline: { tagMutability: { mode: IMMUTABLE, exclusions: [latest] } }', /IMMUTABLE takes none/],
  ['baseline: { tagMutability: { mode: IMMUTABLE_WITH_EXCLUSION } }', /needs exclusions/],
  ['baseline: { tagMutability: { mode: MUTABLE } }', /tagMutability\.mode/],
  ['baseline: { tagMutability: { exclusions: [a, b, c, d, e, f] } }', /at most five/],
  ['baseline: { tagMutability: { exclusions: ["a*b*c*"] } }', /at most two \*/],
  ['baseline: { scanning: { frequency: CONTINUOUS_SCAN } }', /basic scanning cannot scan continuously/],
  ['baseline: { network: { sourceIps: [10.0.0.0/8] } }', /never sees a private address/],
  ['baseline: { network: { sourceIps: [0.0.0.0/0] } }', /that is everybody/],
  ['baseline: { network: { sourceIps: [203.0.113.7] } }', /a range looks like/],
  ['baseline: { network: { vpcs: [vpce-0123456789abcdef0] } }', /an id of a VPC looks like/],
  ['baseline: { replication: { destinations: [{ region: Europe }] } }', /a Region looks like/],
  [
    'baseline: { replication: { destinations: [{ region: eu-north-1 }, { region: eu-north-1 }] } }',
    /named twice/,
  ],
  ['baseline: { replication: { prefixes: [shop/] } }', /nothing says where to/],
  [
    'baseline: { replication: { destinations: [{ region: eu-north-1 }], prefixes: ["shop/*"] } }',
    /without \*/,
  ],
  ['baseline: { monitoring: { retentionDays: 100 } }', /CloudWatch Logs takes/],
  ['baseline: { monitoring: { emails: [nobody] } }', /not a mail address/],
  ['baseline: { retire: { graceDays: 0 } }', /nobody could object/],
])('%s is refused', (yaml, why) => {
  let refused: unknown
  try {
    read(yaml)
  } catch (error) {
    refused = error
  }
  expect(refused).toBeInstanceOf(HoldfastError)
  expect(refused).toMatchObject({ code: 'config-invalid', why: expect.stringMatching(why) })
})
