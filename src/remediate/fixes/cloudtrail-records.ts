import { parseArn } from '../../core/arn.ts'
import { apiCall } from '../../events/samples.ts'
import type { Trail } from '../../inventory/neighbours.ts'
import type { Fix, FixContext } from '../fix.ts'
import { bucketPublicAccessBlock } from '../kinds/bucket-public-access-block.ts'
import { kmsKeyPolicy } from '../kinds/kms-key-policy.ts'
import { logGroup } from '../kinds/log-group.ts'
import { logRetention } from '../kinds/log-retention.ts'
import { arnAt } from '../kinds/picked.ts'
import { type TrailState, trail as trailKind } from '../kinds/trail.ts'
import { trailLogging } from '../kinds/trail-logging.ts'
import { lostAtRollback, repairDelivery } from '../watching/logs-delivery.ts'
import { allRegions, atHome, bestTrail, proposeRecording, recordingOf } from '../watching/recording.ts'
import { withTrail } from '../watching/trail-key.ts'

/** The trail that lacks least is made good; where there is none, one is made. */
export const cloudtrailRecords: Fix = {
  control: 'cloudtrail-records',
  propose: (context) => {
    const best = bestTrail(context.inventory)
    for (const { resource } of context.findings) {
      if (best) improve(context, best, resource)
      else makeTrail(context, resource)
    }
  },
}

function improve(context: FixContext, trail: Trail, resource: string): void {
  const { inventory, draft } = context
  const samples = ['BatchGetImage', 'BatchDeleteImage'].map((name) =>
    apiCall(inventory.registry, '', { name }),
  )
  const recording = recordingOf(trail, samples, inventory)
  if (!recording) {
    draft.leave({
      resource,
      reason: `Trail ${trail.name} could not be read as far as is needed to change it.`,
      next: 'Allow cloudtrail:GetTrailStatus and cloudtrail:GetEventSelectors, and make the plan again.',
    })
    return
  }
  proposeRecording(context, recording, samples)
  protect(context, trail)
  lockBucket(context, trail)
  encrypt(context, trail, resource)
  const { logsDeliveryError, deliveryError } = 'ok' in trail.status ? trail.status.ok : {}
  if (!trail.logGroup) giveLogGroup(context, trail, resource)
  else if (logsDeliveryError !== undefined) repairDelivery(context, trail, resource)
  if (deliveryError !== undefined) lookAtBucket(context, trail, { resource, deliveryError })
}

function protect({ inventory, draft }: FixContext, trail: Trail): void {
  const target = atHome(trail, inventory)
  if (!trail.multiRegion)
    draft.change(
      trailKind,
      target,
      (state) => state && { ...state, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      allRegions,
    )
  if (!trail.logFileValidation)
    draft.change(trailKind, target, (state) => state && { ...state, EnableLogFileValidation: true }, {
      why: 'A change of a file of the trail shows.',
    })
}

function lockBucket({ draft }: FixContext, { bucket, bucketSettings }: Trail): void {
  if ('error' in bucketSettings || bucketSettings.ok.blocksPublicAccess) return
  const { publicByAcl, publicByPolicy } = bucketSettings.ok
  const isPublic = publicByAcl || publicByPolicy
  draft.change(bucketPublicAccessBlock, bucket, () => everySwitch, {
    why: `Nobody reads the bucket ${bucket} by a public policy or ACL any more.`,
    warnings: isPublic ? [`The bucket is public today: whoever reads it that way is refused.`] : [],
  })
}

const everySwitch = {
  ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
  ...{ BlockPublicPolicy: true, RestrictPublicBuckets: true },
}

function encrypt(context: FixContext, trail: Trail, resource: string): void {
  const { inventory, draft, baseline } = context
  const { kmsKey } = baseline.monitoring
  if (trail.kmsKey) return
  if (kmsKey === undefined) {
    draft.leave({ resource, ...noKey })
    return
  }
  openKey(context, kmsKey, trail.arn)
  draft.change(
    trailKind,
    atHome(trail, inventory),
    (state) => state && { ...state, KmsKeyId: state['KmsKeyId'] ?? kmsKey },
    {
      why: `What the trail writes from then on is encrypted with ${kmsKey}.`,
      warnings: ['Whoever reads the files of the trail needs kms:Decrypt with this key from then on.'],
    },
  )
}

/** The key of another account is that account's matter. */
function openKey({ inventory, draft }: FixContext, key: string, trailArn: string): void {
  const { account, region } = inventory.registry
  const arn = parseArn(key)
  if (arn?.account !== account) return
  const target = { resource: key, ...(arn.region !== region && { region: arn.region }) }
  draft.change(kmsKeyPolicy, target, (state) => state && withTrail(state, trailArn), {
    why: 'CloudTrail may encrypt with the key what this trail writes.',
  })
}

const noKey = {
  reason: 'The files of the trail are not encrypted with a key of yours, and no key is named for them.',
  next: 'In holdfast.yaml: baseline: {monitoring: {kmsKey: ARN}}',
}

const noRole = {
  reason: 'The trail has no log group, and no role is named by which it could write to one.',
  next: 'In holdfast.yaml: baseline: {monitoring: {logsRole: ARN}}, a role that CloudTrail may take on and that may write logs.',
}

function giveLogGroup(context: FixContext, trail: Trail, resource: string): void {
  const { inventory, draft, baseline } = context
  const target = atHome(trail, inventory)
  const { logsRole } = baseline.monitoring
  if (logsRole === undefined) {
    draft.leave({ resource, ...noRole })
    return
  }
  const delivery = newLogGroup(context, logsRole, target.region)
  draft.change(trailKind, target, (state) => state && { ...state, ...delivery }, {
    why: 'What the trail records can be counted in a log group.',
    warnings: ['CloudTrail refuses the role unless it may take it on and the role may write there.'],
  })
}

/** The group with its retention, and what a trail is told of it. */
function newLogGroup({ inventory, draft, baseline }: FixContext, role: string, region: string | undefined) {
  const { logGroup: name, retentionDays } = baseline.monitoring
  const target = { resource: name, ...(region !== undefined && { region }) }
  draft.change(logGroup, target, (state) => state ?? { name }, {
    why: 'There is a log group for what the trail records.',
    warnings: [lostAtRollback],
  })
  draft.change(logRetention, target, (state) => state ?? retentionDays, {
    why: `Its entries are kept for ${retentionDays} days.`,
  })
  const place = { ...inventory.registry, ...(region !== undefined && { region }) }
  const group = `${arnAt(place, 'logs', `log-group:${name}`)}:*`
  return { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role }
}

function lookAtBucket(
  { draft }: FixContext,
  { name, bucket, homeRegion }: Trail,
  { resource, deliveryError }: { resource: string; deliveryError: string },
): void {
  draft.byHand({
    resource,
    why: `Trail ${name} cannot write to its bucket: ${deliveryError}.`,
    instructions: [
      `Look whether the bucket is there, and what its policy says: aws s3api get-bucket-policy --bucket ${bucket}`,
      `Then tell the trail again: aws cloudtrail update-trail --region ${homeRegion} --name ${name} --s3-bucket-name ${bucket}`,
    ],
  })
}

const newName = 'holdfast-trail'

function makeTrail(context: FixContext, resource: string): void {
  const { draft, baseline } = context
  const { bucket, kmsKey, logsRole } = baseline.monitoring
  if (bucket === undefined) {
    draft.leave({
      resource,
      reason: 'There is no trail of this account, and no bucket is named that a new one could write to.',
      next: 'In holdfast.yaml: baseline: {monitoring: {bucket: NAME, kmsKey: ARN, logsRole: ARN}}',
    })
    return
  }
  if (kmsKey === undefined) draft.leave({ resource, ...noKey })
  else openKey(context, kmsKey, arnAt(context.inventory.registry, 'cloudtrail', `trail/${newName}`))
  if (logsRole === undefined) draft.leave({ resource, ...noRole })
  const state: TrailState = {
    S3BucketName: bucket,
    ...{ IncludeGlobalServiceEvents: true, IsMultiRegionTrail: true, EnableLogFileValidation: true },
    ...(kmsKey !== undefined && { KmsKeyId: kmsKey }),
    ...(logsRole !== undefined && newLogGroup(context, logsRole, undefined)),
  }
  draft.change(bucketPublicAccessBlock, bucket, () => everySwitch, {
    why: `Nobody reads the bucket ${bucket} by a public policy or ACL.`,
  })
  draft.change(trailKind, newName, (before) => before ?? state, {
    why: 'A trail records every management event of every Region: pulls as well as deletes.',
    warnings: ['CloudTrail refuses a bucket or a role whose policy does not let it in.'],
  })
  draft.change(trailLogging, newName, () => true, { why: 'The new trail is switched on.' })
}
