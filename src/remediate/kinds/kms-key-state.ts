import { type Call, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'

/** Whether a key can be used: `Enabled`, `Disabled`, `PendingDeletion`; the resource is its ARN. */
export const kmsKeyState: Kind<string> = {
  name: 'kms-key-state',
  title: 'state of key',
  reads: ({ resource }) => [{ action: 'kms:DescribeKey', resource }],
  read: async (door, { resource, region }) => {
    const found = await door.ask('kms', 'DescribeKey', { input: { KeyId: resource }, region, resource })
    return { state: found.KeyMetadata?.KeyState ?? null }
  },
  calls: ({ resource, region, from, to }) =>
    sentTo(
      region,
      operations(from, to).map((operation) => onKey(operation, resource)),
    ),
  // Images can be pulled again; or not any more.
  risk: ({ to }) => (to === 'Disabled' ? 'destructive' : 'visible'),
  irreversible: ({ from, resource }) =>
    from === 'PendingDeletion'
      ? `Nobody but you should schedule a deletion: aws kms schedule-key-deletion --key-id ${resource}`
      : undefined,
  // KMS leaves a key disabled whose deletion was cancelled.
  isBetween: ({ from, to }, current) =>
    from === 'PendingDeletion' && to === 'Enabled' && current === 'Disabled',
  lines: (state) => [state],
}

function operations(from: string | null, to: string | null): string[] {
  const cancel = from === 'PendingDeletion' ? ['CancelKeyDeletion'] : []
  if (to === 'Enabled') return [...cancel, 'EnableKey']
  if (to === 'Disabled') return cancel.length > 0 ? cancel : ['DisableKey']
  return []
}

function onKey(operation: string, KeyId: string): Call {
  const needs = [{ action: `kms:${operation}`, resource: KeyId }]
  return { service: 'kms', operation, input: { KeyId }, needs }
}
