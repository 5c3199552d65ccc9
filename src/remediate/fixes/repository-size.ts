import type { Fix } from '../fix.ts'

/** Which images go is for people to say; and an empty repository may be about to be used. */
export const repositorySize: Fix = {
  control: 'repository-size',
  propose: ({ inventory, findings, baseline, draft }) => {
    const { region } = inventory.registry
    for (const { resource, repository, evidence, reason } of findings) {
      const isEmpty = evidence?.['images'] === 0
      draft.byHand({
        resource,
        why: reason,
        instructions: isEmpty
          ? [
              `If nobody needs it (ECR refuses when it is not empty): aws ecr delete-repository --region ${region} --repository-name ${repository}`,
            ]
          : [
              'Back up first: holdfast backup --vault <vault>',
              `holdfast lifecycle suggest --repository ${repository} --keep-releases 50 --tag-pattern 'v*' --drop-untagged-after ${baseline.lifecycle.untaggedDays} shows a policy that keeps what is in use.`,
            ],
      })
    }
  },
}
