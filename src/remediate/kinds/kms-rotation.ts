import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { keyId } from './kms-key.ts'

type Rotation = {
  /** Between two rotations. */
  days: number
}

/** How often AWS makes new material for a key; the resource is the key's ARN. Null: never. */
export const kmsRotation: Kind<Rotation> = {
  name: 'kms-rotation',
  title: 'rotation of key',
  reads: ({ resource }) => [{ action: 'kms:GetKeyRotationStatus', resource }],
  read: async (door, { resource, region }) => {
    const { KeyRotationEnabled, RotationPeriodInDays } = await door.ask('kms', 'GetKeyRotationStatus', {
      ...{ input: { KeyId: resource }, region, resource },
    })
    // Absent where KMS knows no other period than a year.
    return { state: KeyRotationEnabled ? { days: RotationPeriodInDays ?? yearly.days } : null }
  },
  calls: ({ resource: KeyId, region, to }) => {
    const operation = to === null ? 'DisableKeyRotation' : 'EnableKeyRotation'
    const input = { KeyId, ...(to !== null && { RotationPeriodInDays: to.days }) }
    const needs = [{ action: `kms:${operation}`, resource: KeyId }]
    return sentTo(region, [{ service: 'kms', operation, input, needs }])
  },
  // Whoever uses the key notices nothing (ecr-facts 7).
  risk: ({ to }) => (to === null ? 'visible' : 'safe'),
  lines: ({ days }) => [`every ${days} days`],
  cloudformation: ({ resource }, { days }) => ({
    type: 'AWS::KMS::Key',
    part: true,
    properties: { EnableKeyRotation: true, RotationPeriodInDays: days },
    identifier: { KeyId: keyId(resource) },
  }),
  terraform: ({ resource }, { days }) => ({
    type: 'aws_kms_key',
    part: true,
    arguments: { enable_key_rotation: true, rotation_period_in_days: days },
    importId: keyId(resource),
  }),
}

/** What KMS does when nobody says how often. */
export const yearly: Rotation = { days: 365 }
