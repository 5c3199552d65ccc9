import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type GetServiceLastAccessedDetailsResponse,
  IAMClient,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../../aws/context.ts'
import { HoldfastError } from '../../core/errors.ts'
import type { Run } from '../../core/run.ts'
import { ask } from '../collect/question.ts'
import type { LastAccessed } from './usage.ts'

/** Often done at once; else IAM takes seconds. In all about a minute and a half. */
const waits = [100, 500, 1000, ...Array.from({ length: 45 }, () => 2000)]

/**
 * When IAM last saw a user or a role use ECR, and its actions as far as IAM keeps track of them: those that make, change
 * or delete something. Assumption: ECR is among the services of which IAM tells actions; if it is not, none are listed,
 * and only the last use of ECR as a whole is known.
 */
export async function collectLastAccessed(
  aws: AwsContext,
  { signal, clock }: Run,
  principal: string,
): Promise<LastAccessed> {
  const client = new IAMClient(aws.clientConfig('iam'))
  const start = new GenerateServiceLastAccessedDetailsCommand({ Arn: principal, Granularity: 'ACTION_LEVEL' })
  try {
    const started = client.send(start, { abortSignal: signal })
    const { JobId } = await ask('iam:GenerateServiceLastAccessedDetails', started)
    const read = (Marker?: string) => {
      const command = new GetServiceLastAccessedDetailsCommand({ JobId, ...(Marker && { Marker }) })
      return ask('iam:GetServiceLastAccessedDetails', client.send(command, { abortSignal: signal }))
    }
    let page = await read()
    for (const wait of waits) {
      if (page.JobStatus !== 'IN_PROGRESS') break
      await clock.sleep(wait, signal)
      page = await read()
    }
    if (page.JobStatus !== 'COMPLETED') throw unfinished(page.Error?.Message)
    let found = ecrIn(page)
    while (!found && page.IsTruncated && page.Marker) {
      page = await read(page.Marker)
      found = ecrIn(page)
    }
    return found ?? { actions: [] }
  } finally {
    client.destroy()
  }
}

function ecrIn({
  ServicesLastAccessed = [],
}: GetServiceLastAccessedDetailsResponse): LastAccessed | undefined {
  const ecr = ServicesLastAccessed.find(({ ServiceNamespace }) => ServiceNamespace === 'ecr')
  if (!ecr) return undefined
  const at = ecr.LastAuthenticated?.toISOString()
  const actions = (ecr.TrackedActionsLastAccessed ?? []).flatMap((each) => {
    const last = each.LastAccessedTime?.toISOString()
    return last ? [{ name: each.ActionName ?? '', at: last, region: each.LastAccessedRegion ?? '' }] : []
  })
  return { ...(at && { service: { at, region: ecr.LastAuthenticatedRegion ?? '' } }), actions }
}

function unfinished(why: string | undefined): HoldfastError {
  return new HoldfastError('aws-request-failed', {
    what: 'iam:GenerateServiceLastAccessedDetails did not finish.',
    why: why ?? 'IAM was still at it after a minute and a half.',
    next: 'Run again in a few minutes.',
  })
}
