import { isFinished, scansOf } from '../../controls/scans.ts'
import type { Fix } from '../fix.ts'

export const findingsOverdue: Fix = {
  control: 'findings-overdue',
  propose: ({ inventory, findings, draft }) => {
    const { repositories, registry } = inventory
    const all = 'ok' in repositories ? repositories.ok : []
    for (const { resource, repository: name } of findings) {
      const repository = all.find((one) => one.name === name)
      const scans = repository ? scansOf(repository, inventory).scans.filter(isFinished) : []
      const grave = scans.filter(({ severities }) => severities['CRITICAL'] || severities['HIGH'])
      draft.byHand({
        resource,
        why: 'No setting fixes a vulnerability: the image must be built anew, with packages that have the fix.',
        instructions: [
          ...grave.map(
            ({ digest }) =>
              `aws ecr describe-image-scan-findings --region ${registry.region} --repository-name ${name} --image-id imageDigest=${digest}`,
          ),
          'Update the base image and the packages that these name, build, and push under a new tag.',
          'Deploy the new image wherever the old one runs, and run the audit again.',
        ],
      })
    }
  },
}
