import type { Inventory, MissingAnswer } from '../inventory/inventory.ts'
import type { ImageUse } from '../inventory/neighbours.ts'

export interface KnownUses {
  of(repository: string): readonly ImageUse[]
  /** Why there may be more. */
  missing?: MissingAnswer
}

const known = new WeakMap<Inventory, KnownUses>()

/** What runs images of the registry, by repository; sorted out once for each inventory. */
export function usesOf(inventory: Inventory): KnownUses {
  const before = known.get(inventory)
  if (before) return before
  const found = sortOut(inventory)
  known.set(inventory, found)
  return found
}

function sortOut({ uses }: Inventory): KnownUses {
  const byRepository = new Map<string, ImageUse[]>()
  const answers = Object.values(uses)
  for (const use of answers.flatMap((answer) => ('ok' in answer ? answer.ok : []))) {
    const list = byRepository.get(use.repository)
    if (list) list.push(use)
    else byRepository.set(use.repository, [use])
  }
  const refused = answers.find((answer) => 'error' in answer)
  const missing =
    refused && 'error' in refused ? refused.error : answers.length === 0 ? nobodyAsked : undefined
  return { of: (repository) => byRepository.get(repository) ?? [], ...(missing && { missing }) }
}

const nobodyAsked: MissingAnswer = {
  code: 'NotAnswered',
  message: 'Nobody was asked what runs images of this registry.',
  needs: 'ecs:ListTasks',
}

/** `task arn:... and 2 more`. */
export function useWords(uses: readonly ImageUse[]): string {
  const [first] = uses
  const more = uses.length > 1 ? ` and ${uses.length - 1} more` : ''
  return first ? `${first.what} ${first.by}${more}` : 'nobody'
}

/** What it takes to know what is in use, for `needs`. */
export const useActions = [
  'ecs:ListClusters',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTaskDefinitions',
  'ecs:DescribeTaskDefinition',
  'events:ListRules',
  'events:ListTargetsByRule',
  'scheduler:ListSchedules',
  'scheduler:GetSchedule',
  'lambda:ListFunctions',
  'lambda:GetFunction',
  'apprunner:ListServices',
  'apprunner:DescribeService',
  'batch:DescribeJobDefinitions',
  'sagemaker:ListModels',
  'sagemaker:DescribeModel',
]
