import type { Fix } from '../fix.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { withAdded } from '../policies/document.ts'
import { guardStatement } from '../policies/guard.ts'

export const policyNetworkGuard: Fix = {
  control: 'policy-network-guard',
  propose: ({ findings, baseline, draft }) => {
    const guard = guardStatement(baseline.network)
    for (const { repository, resource } of findings) {
      if (!guard) {
        draft.leave({
          resource,
          reason: 'Nobody has said which networks may use it.',
          next: 'Name them in holdfast.yaml, under baseline: network: vpcEndpoints: [vpce-...], vpcs or sourceIps.',
        })
      } else if (repository !== undefined) {
        draft.change(repositoryPolicy, repository, (text) => withAdded(text, guard), {
          why: 'Images are pulled, pushed and deleted from the named networks only, whatever keys somebody has.',
          warnings: [
            'Whoever works from elsewhere is refused, backups too. Settings can still be changed from anywhere, so that nobody is locked out.',
            ...(baseline.network.vpcEndpoints.length + baseline.network.vpcs.length > 0
              ? [
                  'A call counts as from a VPC only if it goes through an endpoint for ecr.api and ecr.dkr; a NAT gateway is not enough.',
                ]
              : []),
          ],
        })
      }
    }
  },
}
