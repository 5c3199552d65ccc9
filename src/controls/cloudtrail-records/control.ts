import { apiCall } from '../../events/samples.ts'
import { recordedBy } from '../../events/trails.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Trail } from '../../inventory/neighbours.ts'
import { fail, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import { isEmpty, nothingToWatch } from '../watch-verdict.ts'

export const cloudtrailRecords: RegistryControl = {
  id: 'cloudtrail-records',
  title: 'A protected trail records every call to the registry',
  severity: 'high',
  why: 'After a break-in nobody can say which images were pulled, replaced or deleted, or by whom.',
  needs: [
    'ecr:DescribeRepositories',
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'cloudtrail:GetEventSelectors',
    's3:GetBucketPolicyStatus',
    's3:GetBucketAcl',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
  ],
  mappings: [
    { framework: 'FSBP', ids: ['CloudTrail.1', 'CloudTrail.2', 'CloudTrail.4', 'CloudTrail.5'] },
    { framework: 'NIST 800-53', ids: ['AU-2', 'AU-9', 'AU-12'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['10.2.1', '10.3.2'] },
    { framework: 'SOC 2', ids: ['CC7.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.15'] },
  ],
  fix: 'Have one trail of all Regions and all management events: validated, encrypted, with a private bucket and a log group.',
  scope: 'registry',
  judge: (inventory) => {
    if (isEmpty(inventory)) return nothingToWatch
    const { trails } = inventory
    if ('error' in trails) return unknown(trails.error)
    const recording = trails.ok.filter((trail) => whyNot(trail, inventory) === undefined)
    if (recording.length === 0) return notRecorded(trails.ok, inventory)
    return best(recording.map((trail) => judgeProtection(trail)))
  },
}

/** Reads and writes: who pulled is as interesting as who deleted. */
function whyNot(trail: Trail, inventory: Inventory): string | undefined {
  const { registry } = inventory
  const [read, write] = ['BatchGetImage', 'BatchDeleteImage'].map((name) => {
    const recorded = recordedBy(trail, apiCall(registry, '', { name }), inventory)
    return recorded === true ? undefined : recorded.why
  })
  if (write) return write
  return read && `trail ${trail.name} leaves out reading calls such as pulls`
}

function notRecorded(trails: readonly Trail[], inventory: Inventory): Verdict {
  if (trails.length === 0) return fail('There is no trail in this Region.')
  for (const { status, selectors } of trails) {
    if ('error' in status) return unknown(status.error)
    if ('error' in selectors) return unknown(selectors.error)
  }
  const reasons = trails.map((trail) => whyNot(trail, inventory))
  return fail(`Not every call is recorded: ${reasons.join('; ')}.`, { trails: trails.map(({ arn }) => arn) })
}

/** What is recorded must also be there, unchanged and private, when it is needed. */
function judgeProtection(trail: Trail): Verdict {
  const { name, status, bucketSettings } = trail
  const { deliveryError, logsDeliveryError } = 'ok' in status ? status.ok : {}
  const problems = [
    !trail.multiRegion && 'it records one Region only',
    !trail.logFileValidation && 'its files are not validated, so a change would not show',
    !trail.kmsKey && 'its files are not encrypted with a KMS key of yours',
    deliveryError && `it cannot write to its bucket: ${deliveryError}`,
    !trail.logGroup && 'it has no log group, so nothing counts what it records',
    logsDeliveryError && `it cannot write to its log group: ${logsDeliveryError}`,
    ...('ok' in bucketSettings ? bucketProblems(bucketSettings.ok) : []),
  ].filter((problem) => typeof problem === 'string')
  const evidence = { trail: trail.arn, bucket: trail.bucket }
  if (problems.length > 0)
    return fail(`Trail ${name} records every call, but ${problems.join('; ')}.`, evidence)
  // A bucket of another account, as a log archive is, cannot be looked at from here.
  if ('error' in bucketSettings) return unknown(bucketSettings.error)
  return pass(
    `Trail ${name} records every call, and its files are validated, encrypted and private.`,
    evidence,
  )
}

function bucketProblems(bucket: {
  publicByPolicy: boolean
  publicByAcl: boolean
  blocksPublicAccess: boolean
}) {
  if (bucket.blocksPublicAccess) return []
  if (bucket.publicByPolicy || bucket.publicByAcl) return ['its bucket is public']
  return ['its bucket does not block public access']
}

/** One good trail is enough. */
function best(verdicts: readonly Verdict[]): Verdict {
  const order = ['pass', 'unknown', 'fail']
  const [first] = [...verdicts].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
  return first ?? fail('There is no trail.')
}
