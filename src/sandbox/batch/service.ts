import { AwsError } from '../http.ts'
import { needTexts, readText, readTexts, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownPaths } from './known-operations.ts'
import type { BatchState, Job, JobDefinition, JobQueue } from './state.ts'

/** Every operation is a POST whose members are in the body. */
export const batch: NeighbourService = {
  name: 'batch',
  wire: { kind: 'rest', known: knownPaths, numbers: [] },
  errors: { input: 'ClientException', token: 'ClientException' },
  operations: {
    DescribeJobDefinitions: describeJobDefinitions,
    DescribeJobQueues: describeJobQueues,
    DescribeJobs: describeJobs,
    ListJobs: listJobs,
  },
}

const paging = { token: 'nextToken', size: 'maxResults', default: 100, most: 100 }

/** By ARN or `NAME:REVISION`, by name, by status, or all. */
function describeJobDefinitions(call: NeighbourCall): Record<string, unknown> {
  const wanted = readTexts(call, 'jobDefinitions', 100)
  const name = readText(call, 'jobDefinitionName')
  const status = readText(call, 'status')
  const found = stateOf(call).definitions.filter(
    (each) =>
      (!wanted?.length || wanted.some((text) => namesDefinition(each, text))) &&
      (name === undefined || each.jobDefinitionName === name) &&
      (status === undefined || each.status === status),
  )
  const keyOf = ({ jobDefinitionArn }: JobDefinition) => jobDefinitionArn
  const { items, more } = pageOf(call, found, { ...paging, keyOf })
  return { jobDefinitions: items, ...more }
}

function namesDefinition({ jobDefinitionArn, jobDefinitionName, revision }: JobDefinition, text: string) {
  return (
    text === jobDefinitionArn || text === `${jobDefinitionName}:${revision}` || text === jobDefinitionName
  )
}

function describeJobQueues(call: NeighbourCall): Record<string, unknown> {
  const wanted = readTexts(call, 'jobQueues', 100)
  const found = stateOf(call).queues.filter(
    (queue) => !wanted?.length || wanted.some((text) => namesQueue(queue, text)),
  )
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ jobQueueArn }) => jobQueueArn })
  return { jobQueues: items, ...more }
}

function namesQueue({ jobQueueArn, jobQueueName }: JobQueue, text: string): boolean {
  return text === jobQueueArn || text === jobQueueName
}

const statuses = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED']

/** Of one queue, and only those that run unless another status is asked for. */
function listJobs(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'arrayJobId', 'multiNodeJobId', 'filters')
  const status = readText(call, 'jobStatus', statuses) ?? 'RUNNING'
  const name = readText(call, 'jobQueue')
  if (!name) throw clientError('A job queue, an array job or a multi-node job must be specified.')
  const queue = stateOf(call).queues.find((each) => namesQueue(each, name))
  if (!queue) throw clientError(`Job queue ${name} does not exist.`)
  const found = stateOf(call).jobs.filter(
    (job) => job.jobQueue === queue.jobQueueArn && job.status === status,
  )
  const rule = { ...paging, most: 1000, keyOf: ({ jobId }: Job) => jobId }
  const { items, more } = pageOf(call, found, rule)
  return { jobSummaryList: items.map(summaryOf), ...more }
}

function summaryOf({ container: _, jobQueue: __, ...summary }: Job) {
  return summary
}

/** Those that do not exist are left out. */
function describeJobs(call: NeighbourCall): Record<string, unknown> {
  const wanted = needTexts(call, 'jobs', 100)
  return {
    jobs: stateOf(call).jobs.filter(({ jobId, jobArn }) => wanted.some((id) => [jobId, jobArn].includes(id))),
  }
}

function stateOf(call: NeighbourCall): BatchState {
  return inRegion(call.account.batch, call) ?? { definitions: [], queues: [], jobs: [] }
}

function clientError(message: string): AwsError {
  return new AwsError('ClientException', message)
}
