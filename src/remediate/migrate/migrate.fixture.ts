import { Readable } from 'node:stream'
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import { digestOf } from '../../core/digest.ts'
import type { Cycle } from '../cycle.fixture.ts'
import { withTarget } from './with-target.ts'

/** What others do meanwhile. */
export function requests({ door, aws }: Cycle, repositoryName: string) {
  const { run } = door
  const ecr = new ECRClient(aws.clientConfig('ecr'))
  return {
    /** An image of its own. */
    push: (tag: string) =>
      withTarget({ door, run }, async (target) => {
        const config = Buffer.from(JSON.stringify({ made: tag }))
        const layer = Buffer.from(`layer of ${tag}`)
        for (const blob of [config, layer]) {
          const body = Readable.from([blob])
          await target.putBlob(repositoryName, digestOf(blob), blob.length, body, run.signal)
        }
        const mediaType = 'application/vnd.oci.image.manifest.v1+json'
        const described = (bytes: Buffer, type: string) => ({
          mediaType: type,
          digest: digestOf(bytes),
          size: bytes.length,
        })
        const bytes = Buffer.from(
          JSON.stringify({
            schemaVersion: 2,
            mediaType,
            config: described(config, 'application/vnd.oci.image.config.v1+json'),
            layers: [described(layer, 'application/vnd.oci.image.layer.v1.tar')],
          }),
        )
        await target.putManifest(
          repositoryName,
          { digest: digestOf(bytes), mediaType, bytes, tag },
          run.signal,
        )
      }),
    create: async () => {
      await ecr.send(new CreateRepositoryCommand({ repositoryName }))
    },
    policy: async () => {
      const policyText = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::444455556666:root' },
            Action: 'ecr:BatchGetImage',
          },
        ],
      })
      await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
    },
    dyingKey: async () => {
      const kms = new KMSClient(aws.clientConfig('kms'))
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 }))
      return KeyMetadata?.Arn ?? ''
    },
  }
}
