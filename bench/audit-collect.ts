import type { AuditReport } from '../src/audit/audit.ts'
import type { Target } from './report.ts'
import { openFleet } from './scale/fleet.ts'
import { listingPages, wholeFleet } from './scale/plan.ts'
import { runStep, type Step } from './scale/run.ts'
import { operationTable, stepTable } from './scale/table.ts'

export interface CollectFigures {
  lines: string[]
  promises: Target[]
  step: Omit<Step<object>, 'answer'>
}

/** A whole audit of the generated registry: what it reads, and how often. */
export async function measureCollecting(scratch: string): Promise<CollectFigures> {
  const fleet = await openFleet()
  try {
    const name = `audit of ${wholeFleet.repositories} repositories`
    const step = await runStep<AuditReport>(fleet, scratch, { name, args: ['audit', 'ecr://'] })
    const { answer, ...rest } = step
    const requests = { name: 'audit', requests: answer.requests }
    return {
      lines: [...stepTable([step]), '', ...operationTable([requests])],
      promises: promisesOf(step),
      step: rest,
    }
  } finally {
    await fleet.close()
  }
}

/** What there is one of for each repository. */
const once = ['GetRepositoryPolicy', 'GetLifecyclePolicy', 'ListTagsForResource']
/** What would count as a pull, or move bytes. */
const never = ['BatchGetImage', 'GetDownloadUrlForLayer']

function promisesOf({ served }: Step<AuditReport>): Target[] {
  const { repositories } = wholeFleet
  const wanted = [
    ['DescribeRepositories', Math.ceil(repositories / 1000)] as const,
    ['DescribeImages', listingPages(wholeFleet)] as const,
    ...once.map((operation) => [operation, repositories] as const),
    ...never.map((operation) => [operation, 0] as const),
  ]
  return wanted.map(([operation, count]) => {
    const value = served[`ecr:${operation}`] ?? 0
    return { text: `audit: ${operation} (${count})`, value, unit: 'requests', met: value === count }
  })
}
