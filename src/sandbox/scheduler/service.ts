import { AwsError } from '../http.ts'
import { needText, readText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownPaths } from './known-operations.ts'
import type { Schedule, SchedulerState } from './state.ts'

export const scheduler: NeighbourService = {
  name: 'scheduler',
  wire: {
    kind: 'rest',
    known: knownPaths,
    renamed: { ScheduleGroup: 'GroupName', groupName: 'GroupName' },
    numbers: ['MaxResults'],
  },
  errors: { input: 'ValidationException', token: 'ValidationException' },
  operations: {
    GetSchedule: getSchedule,
    ListScheduleGroups: listScheduleGroups,
    ListSchedules: listSchedules,
  },
}

const paging = { token: 'NextToken', size: 'MaxResults', default: 100, most: 100 }
const longAgo = 1_577_836_800

function getSchedule(call: NeighbourCall): Record<string, unknown> {
  const name = needText(call, 'Name')
  const group = readText(call, 'GroupName') ?? 'default'
  const found = stateOf(call).schedules.find((each) => each.Name === name && each.GroupName === group)
  if (found) return { ...found, ActionAfterCompletion: 'NONE' }
  throw notFound(`Schedule ${name} does not exist.`)
}

function listSchedules(call: NeighbourCall): Record<string, unknown> {
  const group = readText(call, 'GroupName')
  const prefix = readText(call, 'NamePrefix') ?? ''
  const state = readText(call, 'State', ['ENABLED', 'DISABLED'])
  if (group !== undefined && !groupsOf(call).includes(group)) {
    throw notFound(`Schedule group ${group} does not exist.`)
  }
  const found = stateOf(call).schedules.filter(
    (each) =>
      (group === undefined || each.GroupName === group) &&
      each.Name.startsWith(prefix) &&
      (state === undefined || each.State === state),
  )
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ Arn }) => Arn })
  return { Schedules: items.map(summaryOf), ...more }
}

function summaryOf({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }: Schedule) {
  return { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } }
}

function listScheduleGroups(call: NeighbourCall): Record<string, unknown> {
  const prefix = readText(call, 'NamePrefix') ?? ''
  const found = groupsOf(call).filter((name) => name.startsWith(prefix))
  const { items, more } = pageOf(call, found, { ...paging, keyOf: (name) => name })
  const ScheduleGroups = items.map((Name) => ({
    Arn: arnOf(call, 'scheduler', `schedule-group/${Name}`),
    Name,
    State: 'ACTIVE',
    CreationDate: longAgo,
    LastModificationDate: longAgo,
  }))
  return { ScheduleGroups, ...more }
}

function groupsOf(call: NeighbourCall): string[] {
  return ['default', ...stateOf(call).groups]
}

function stateOf(call: NeighbourCall): SchedulerState {
  return inRegion(call.account.scheduler, call) ?? { groups: [], schedules: [] }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 })
}
