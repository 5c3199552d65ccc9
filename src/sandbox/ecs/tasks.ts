import { AwsError } from '../http.ts'
import { invalid, needTexts, readText, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { clusterArnOf, failuresOf, paging, stateOf } from './clusters.ts'
import { launchTypes } from './services.ts'
import type { Task } from './state.ts'

/** Those that should run, unless others are asked for. */
export function listTasks(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'containerInstance')
  const status = readText(call, 'desiredStatus', ['RUNNING', 'PENDING', 'STOPPED']) ?? 'RUNNING'
  const launchType = readText(call, 'launchType', launchTypes)
  const startedBy = readText(call, 'startedBy')
  const inGroups = groupsOf(call)
  const found = tasksOf(call).filter(
    (task) =>
      task.desiredStatus === status &&
      inGroups(task) &&
      (startedBy === undefined || task.startedBy === startedBy) &&
      (launchType === undefined || task.launchType === launchType),
  )
  const keyOf = ({ taskArn }: Task) => taskArn
  const { items, more } = pageOf(call, found, { ...paging, keyOf })
  return { taskArns: items.map(keyOf), ...more }
}

function groupsOf(call: NeighbourCall): (task: Task) => boolean {
  const family = readText(call, 'family')
  const service = readText(call, 'serviceName')
  if (family !== undefined && service !== undefined) {
    throw invalid(call, 'family', 'cannot be used together with serviceName')
  }
  if (service !== undefined) checkService(call, service)
  const name = service?.split('/').at(-1)
  return ({ group, taskDefinitionArn }) =>
    (name === undefined || group === `service:${name}`) &&
    (family === undefined || taskDefinitionArn.includes(`:task-definition/${family}:`))
}

function checkService(call: NeighbourCall, name: string): void {
  const cluster = clusterArnOf(call)
  const known = stateOf(call).services.some(
    (each) => each.clusterArn === cluster && [each.serviceName, each.serviceArn].includes(name),
  )
  if (!known) throw new AwsError('ServiceNotFoundException', 'Service not found.')
}

/** By ARN, or by the id that is the last part of it. */
export function describeTasks(call: NeighbourCall): Record<string, unknown> {
  const tasks = tasksOf(call)
  const wanted = needTexts(call, 'tasks', 100)
  const byName = (name: string) =>
    tasks.find(({ taskArn }) => name === taskArn || name === taskArn.split('/').at(-1))
  return {
    tasks: wanted.flatMap((name) => byName(name) ?? []),
    failures: failuresOf(
      call,
      'task',
      wanted.filter((name) => !byName(name)),
    ),
  }
}

function tasksOf(call: NeighbourCall): Task[] {
  const cluster = clusterArnOf(call)
  return stateOf(call).tasks.filter(({ clusterArn }) => clusterArn === cluster)
}
