import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListClusters,
  paginateListServices,
  paginateListTaskDefinitions,
  paginateListTasks,
  type Task,
} from '@aws-sdk/client-ecs'
import { inParallel } from '../../../core/parallel.ts'
import type { ImageUse } from '../../neighbours.ts'
import { type Asking, ask, askAll } from '../question.ts'
import { parseUse } from './reference.ts'

const atOnce = 4
const tasksPerCall = 100
const servicesPerCall = 10

/** Task definitions by ARN (or family), with what uses them; the first that is noted stays. */
type Users = Map<string, Pick<ImageUse, 'by' | 'what'>>

/**
 * What ECS runs, would start by itself, or could be told to start: running tasks (by the digest that they run),
 * services, scheduled tasks, and the newest revision of every active family.
 */
export async function collectEcsUses(
  asking: Asking,
  scheduled: readonly { by: string; taskDefinition: string }[],
): Promise<ImageUse[]> {
  const client = new ECSClient(asking.aws.clientConfig('ecs'))
  const definitions: Users = new Map()
  const uses: ImageUse[] = []
  try {
    for (const { by, taskDefinition } of scheduled)
      note(definitions, taskDefinition, { by, what: 'scheduled task' })
    for (const cluster of await clustersOf(client, asking)) {
      uses.push(...(await tasksOf(client, cluster, asking)))
      await noteServices(client, cluster, { asking, definitions })
    }
    for (const arn of await newestDefinitions(client, asking))
      note(definitions, arn, { by: arn, what: 'task definition' })
    uses.push(...(await imagesOf(client, definitions, asking)))
    return uses
  } finally {
    client.destroy()
  }
}

function note(users: Users, definition: string, user: Pick<ImageUse, 'by' | 'what'>): void {
  if (!users.has(definition)) users.set(definition, user)
}

function clustersOf(client: ECSClient, { signal }: Asking): Promise<string[]> {
  const pages = paginateListClusters({ client }, {}, { abortSignal: signal })
  return askAll('ecs:ListClusters', pages, (page) => page.clusterArns)
}

async function tasksOf(client: ECSClient, cluster: string, asking: Asking): Promise<ImageUse[]> {
  const pages = paginateListTasks({ client }, { cluster }, { abortSignal: asking.signal })
  const arns = await askAll('ecs:ListTasks', pages, (page) => page.taskArns)
  const uses: ImageUse[] = []
  for (let at = 0; at < arns.length; at += tasksPerCall) {
    const command = new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + tasksPerCall) })
    const { tasks = [] } = await ask(
      'ecs:DescribeTasks',
      client.send(command, { abortSignal: asking.signal }),
    )
    uses.push(...tasks.flatMap((task) => usesOfTask(task, asking)))
  }
  return uses
}

function usesOfTask(task: Task, registry: Asking): ImageUse[] {
  return (task.containers ?? []).flatMap(({ image = '', imageDigest }) => {
    const found = parseUse(image, place(registry))
    if (!found) return []
    return {
      source: 'ecs',
      by: task.taskArn ?? '',
      what: 'task',
      ...found,
      ...(imageDigest && { digest: imageDigest }),
    }
  })
}

async function noteServices(
  client: ECSClient,
  cluster: string,
  { asking, definitions }: { asking: Asking; definitions: Users },
): Promise<void> {
  const options = { abortSignal: asking.signal }
  const pages = paginateListServices({ client }, { cluster }, options)
  const arns = await askAll('ecs:ListServices', pages, (page) => page.serviceArns)
  for (let at = 0; at < arns.length; at += servicesPerCall) {
    const command = new DescribeServicesCommand({ cluster, services: arns.slice(at, at + servicesPerCall) })
    const { services = [] } = await ask('ecs:DescribeServices', client.send(command, options))
    for (const service of services) {
      const named = [service, ...(service.deployments ?? []), ...(service.taskSets ?? [])]
      for (const { taskDefinition } of named) {
        if (taskDefinition)
          note(definitions, taskDefinition, { by: service.serviceArn ?? '', what: 'service' })
      }
    }
  }
}

/** Of each family: older revisions run only where a service, a task or a rule names them. */
async function newestDefinitions(client: ECSClient, { signal }: Asking): Promise<string[]> {
  const input = { status: 'ACTIVE', sort: 'DESC' } as const
  const pages = paginateListTaskDefinitions({ client }, input, { abortSignal: signal })
  const arns = await askAll('ecs:ListTaskDefinitions', pages, (page) => page.taskDefinitionArns)
  const newest = new Map<string, string>()
  for (const arn of arns) {
    const family = arn.slice(0, arn.lastIndexOf(':'))
    const revision = (text = '') => Number(text.slice(text.lastIndexOf(':') + 1))
    if (revision(newest.get(family)) < revision(arn) || !newest.has(family)) newest.set(family, arn)
  }
  return [...newest.values()]
}

async function imagesOf(client: ECSClient, users: Users, asking: Asking): Promise<ImageUse[]> {
  const uses: ImageUse[] = []
  await inParallel(users, atOnce, async ([taskDefinition, user]) => {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition })
    const found = await ask(
      'ecs:DescribeTaskDefinition',
      client.send(command, { abortSignal: asking.signal }),
    )
    for (const { image = '' } of found.taskDefinition?.containerDefinitions ?? []) {
      const use = parseUse(image, place(asking))
      if (use) uses.push({ source: 'ecs', ...user, ...use })
    }
  })
  return uses.sort((a, b) => (`${a.by} ${a.repository}` < `${b.by} ${b.repository}` ? -1 : 1))
}

function place({ account, aws }: Asking): { account: string; region: string } {
  return { account, region: aws.region }
}
