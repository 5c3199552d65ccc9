import type { Fix } from '../fix.ts'
import { tagMutability } from '../kinds/tag-mutability.ts'

export const tagImmutability: Fix = {
  control: 'tag-immutability',
  propose: ({ findings, baseline, draft }) => {
    const { mode, exclusions } = baseline.tagMutability
    for (const { repository } of findings) {
      if (repository === undefined) continue
      draft.change(tagMutability, repository, () => ({ mode, exclusions: [...exclusions] }), {
        why: 'A push that would move a tag is refused from then on.',
      })
    }
  },
}
