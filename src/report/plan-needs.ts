import type { Need } from '../remediate/call.ts'

/** Permissions as rows: actions that are needed on the same resources stand together. */
export function needRows(needs: readonly Need[]): [actions: string, resources: string][] {
  const resources = new Map<string, string[]>()
  for (const { action, resource } of needs)
    resources.set(action, [...(resources.get(action) ?? []), resource])
  const actions = new Map<string, string[]>()
  for (const [action, on] of resources) {
    const key = on.join(' ')
    actions.set(key, [...(actions.get(key) ?? []), action])
  }
  return [...actions].map(([key, together]) => [together.join(', '), shortened(key.split(' '))])
}

const shown = 2

function shortened(resources: readonly string[]): string {
  const more = resources.length - shown
  const some = resources.slice(0, shown).join(', ')
  return more > 0 ? `${some} and ${more} more` : some
}

/** What a way back needs beyond the way there. */
export function needsBeyond(needs: readonly Need[], had: readonly Need[]): Need[] {
  const known = new Set(had.map(({ action, resource }) => `${action} ${resource}`))
  return needs.filter(({ action, resource }) => !known.has(`${action} ${resource}`))
}
