import type { Fix } from '../fix.ts'

export const imageSecrets: Fix = {
  control: 'image-secrets',
  propose: ({ inventory, findings, draft }) => {
    for (const { resource, repository } of findings) {
      const answer = inventory.imageSecrets
      const all = answer && 'ok' in answer ? answer.ok : []
      const found = all.filter((secret) => secret.repository === repository)
      draft.byHand({
        resource,
        why: 'Whoever could pull the image has the secret: no setting takes it back.',
        instructions: [
          ...found.map(
            ({ where, kind, tags, digest }) =>
              `Change the ${kind} in ${where} of ${tags[0] ?? digest} where it is issued, so that the old one ends.`,
          ),
          'Build the image without it, and give it to the container when it starts, such as from Secrets Manager.',
          'Push and deploy the new image; then delete the old one, after a backup.',
        ],
      })
    }
  },
}
