import type { Fix } from '../fix.ts'
import { ownerOf } from './owner-tag.ts'

/** Public repositories belong to another service, which plans do not change. */
export const publicRepositories: Fix = {
  control: 'public-repositories',
  propose: ({ findings, baseline, draft }) => {
    const [key = 'owner'] = baseline.audit.ownerTags
    for (const { resource, reason } of findings) {
      const name = resource.split(':repository/')[1] ?? resource
      const owner = ownerOf(name, baseline) ?? '<team>'
      draft.byHand({
        resource,
        why: reason,
        instructions: [
          `If it is meant to be public: aws ecr-public tag-resource --region us-east-1 --resource-arn ${resource} --tags Key=${key},Value=${owner}`,
          `and in holdfast.yaml: audit: {intendedPublic: [${JSON.stringify(name)}]}`,
          `If not, keep a copy of what is needed, then: aws ecr-public delete-repository --region us-east-1 --repository-name ${name}`,
        ],
      })
    }
  },
}
