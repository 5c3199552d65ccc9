import { type Need, needs } from '../ability-actions.ts'
import { isRegistryWide } from '../action-scope.ts'
import { actionNames } from '../actions.ts'

/**
 * Beside what people ask for, all that is left of ECR: who loses nothing here loses nothing at all. `registry` and
 * `token` are about no repository.
 */
export type PreviewNeed = Need | 'create' | 'replicate' | 'import' | 'read' | 'token' | 'registry'

export interface PreviewActions {
  actions: readonly string[]
  /** All are needed to do it; otherwise each does a part of it. */
  all: boolean
  /** As of NeededActions. */
  own?: number
  registryWide: boolean
}

const single = (action: string, registryWide = false): PreviewActions => ({
  actions: [action],
  all: true,
  registryWide,
})

const named = {
  ...Object.fromEntries(
    Object.entries(needs).map(([need, found]) => [need, { ...found, registryWide: false }]),
  ),
  create: single('ecr:CreateRepository'),
  replicate: single('ecr:ReplicateImage'),
  import: single('ecr:BatchImportUpstreamImage'),
  token: single('ecr:GetAuthorizationToken', true),
} as Record<Exclude<PreviewNeed, 'read' | 'registry'>, PreviewActions>

const taken = new Set(Object.values(named).flatMap(({ actions }) => actions))
const left = actionNames.filter((action) => !taken.has(action))
const isWide = (action: string) => isRegistryWide(action.toLowerCase())

/** Every action of ECR is in one of these. */
export const previewNeeds: Record<PreviewNeed, PreviewActions> = {
  ...named,
  read: { actions: left.filter((action) => !isWide(action)), all: false, registryWide: false },
  registry: { actions: left.filter(isWide), all: false, registryWide: true },
}
