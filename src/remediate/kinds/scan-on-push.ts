import { repositoryCall, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { ofRepository, repositoryOf } from './repository.ts'

type ScanOnPush = { scanOnPush: boolean }

/** The repository's own flag: deprecated, and of account only under basic scanning where no rule matches (ecr-facts 2.6). */
export const scanOnPush: Kind<ScanOnPush> = {
  name: 'scan-on-push',
  title: 'scan on push of repository',
  ofRepository: true,
  reads: (target, place) => [ofRepository('ecr:DescribeRepositories', target, place)],
  read: async (door, target) => {
    const repository = await repositoryOf(door, target)
    if (!repository) return { state: null }
    return { state: { scanOnPush: repository.imageScanningConfiguration?.scanOnPush === true } }
  },
  calls: ({ resource, region, to, place }) =>
    to === null
      ? []
      : sentTo(region, [
          repositoryCall(
            'PutImageScanningConfiguration',
            { repositoryName: resource, imageScanningConfiguration: to },
            place,
          ),
        ]),
  risk: () => 'safe',
  terraform: ({ resource }, { scanOnPush: flag }) => ({
    type: 'aws_ecr_repository',
    arguments: { name: resource, image_scanning_configuration: [{ scan_on_push: flag }] },
    importId: resource,
    blocks: ['image_scanning_configuration'],
  }),
  cloudformation: ({ resource }, { scanOnPush: flag }) => ({
    type: 'AWS::ECR::Repository',
    properties: { RepositoryName: resource, ImageScanningConfiguration: { ScanOnPush: flag } },
    identifier: { RepositoryName: resource },
  }),
}
