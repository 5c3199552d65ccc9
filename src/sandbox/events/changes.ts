import { AwsError } from '../http.ts'
import { invalid, needText, needTexts, readFlag, readList, readText, refuse } from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { compileEventPattern } from './pattern.ts'
import { busOf, findRule, ruleOf, stateOf } from './rules.ts'
import type { EventsState, Rule, Target } from './state.ts'

const states: readonly Rule['State'][] = [
  'ENABLED',
  'DISABLED',
  'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
]

/** Makes a rule, or replaces all of it but its targets. It is switched on unless told otherwise. */
export function putRule(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'Tags')
  const name = needText(call, 'Name')
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    throw invalid(call, 'Name', 'must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+')
  const bus = busOf(call)
  const before = ruleOf(call, { name, bus })
  if (before) refuseManaged(before)
  const rule = newRule(call, { name, bus: bus.Name })
  if (before) before.rule = rule
  else ownState(call).rules.push({ rule, targets: [] })
  return { RuleArn: rule.Arn }
}

function newRule(call: NeighbourCall, { name, bus }: { name: string; bus: string }): Rule {
  const pattern = readText(call, 'EventPattern')
  const schedule = readText(call, 'ScheduleExpression')
  if (pattern === undefined && schedule === undefined)
    throw invalid(call, 'EventPattern', 'or ScheduleExpression must be given')
  if (pattern !== undefined) compileEventPattern(pattern)
  if (schedule !== undefined && !/^(cron|rate)\(.+\)$/.test(schedule))
    throw invalid(call, 'ScheduleExpression', 'is not valid')
  const description = readText(call, 'Description')
  const role = readText(call, 'RoleArn')
  return {
    Name: name,
    Arn: arnOf(call, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${name}`),
    State: (readText(call, 'State', states) as Rule['State'] | undefined) ?? 'ENABLED',
    EventBusName: bus,
    ...(pattern !== undefined && { EventPattern: pattern }),
    ...(schedule !== undefined && { ScheduleExpression: schedule }),
    ...(description !== undefined && { Description: description }),
    ...(role !== undefined && { RoleArn: role }),
  }
}

export function enableRule(call: NeighbourCall): Record<string, unknown> {
  needOwnRule(call, 'Name').rule.State = 'ENABLED'
  return {}
}

export function disableRule(call: NeighbourCall): Record<string, unknown> {
  needOwnRule(call, 'Name').rule.State = 'DISABLED'
  return {}
}

/** A rule that is not there is no error, on a bus that is; one that still has targets stays. */
export function deleteRule(call: NeighbourCall): Record<string, unknown> {
  const name = needText(call, 'Name')
  const found = ruleOf(call, { name, bus: busOf(call) })
  if (!found) return {}
  refuseManaged(found, readFlag(call, 'Force'))
  if (found.targets.length > 0)
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.")
  const state = ownState(call)
  state.rules = state.rules.filter((each) => each !== found)
  return {}
}

/** A target that is not there is told as a failed entry; the others go. */
export function removeTargets(call: NeighbourCall): Record<string, unknown> {
  const found = findRule(call, 'Rule')
  const ids = needTexts(call, 'Ids', 100)
  refuseManaged(found, readFlag(call, 'Force'))
  const missing = ids.filter((id) => !found.targets.some(({ Id }) => Id === id))
  found.targets = found.targets.filter(({ Id }) => !ids.includes(Id))
  return {
    FailedEntryCount: missing.length,
    FailedEntries: missing.map((TargetId) => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Target ${TargetId} does not exist on rule ${found.rule.Name}.`,
    })),
  }
}

function needOwnRule(call: NeighbourCall, member: string): EventsState['rules'][number] {
  const found = findRule(call, member)
  refuseManaged(found, false)
  return found
}

/** What a service of AWS has made for itself. */
function refuseManaged({ rule }: EventsState['rules'][number], force = false): void {
  if (rule.ManagedBy === undefined || force) return
  throw new AwsError('ManagedRuleException', `Rule ${rule.Name} is managed by ${rule.ManagedBy}.`)
}

/** A target of that id is replaced; five are all that a rule may have. */
export function putTargets(call: NeighbourCall): Record<string, unknown> {
  const found = needOwnRule(call, 'Rule')
  const given = (readList(call, 'Targets', 100) ?? []).map((one) => readTarget(call, one))
  if (given.length === 0) throw invalid(call, 'Targets', 'must have at least one member')
  const ids = given.map(({ Id }) => Id)
  const targets = [...found.targets.filter(({ Id }) => !ids.includes(Id)), ...given]
  if (targets.length > 5) throw new AwsError('LimitExceededException', 'A rule has up to 5 targets.')
  found.targets = targets
  return { FailedEntryCount: 0, FailedEntries: [] }
}

const members = ['Id', 'Arn', 'RoleArn', 'Input', 'EcsParameters', 'DeadLetterConfig', 'RetryPolicy']

function readTarget(call: NeighbourCall, given: unknown): Target {
  const target = (given ?? {}) as Record<string, unknown>
  const each = { ...call, input: target }
  refuse(each, ...Object.keys(target).filter((name) => !members.includes(name)))
  const [id, arn] = [needText(each, 'Id'), needText(each, 'Arn')]
  if (!arn.startsWith('arn:')) throw invalid(call, 'Targets.Arn', 'must be an ARN')
  return { ...(target as Omit<Target, 'Id' | 'Arn'>), Id: id, Arn: arn }
}

function ownState(call: NeighbourCall): EventsState {
  const state = stateOf(call)
  call.account.events = { ...call.account.events, [call.caller.region]: state }
  return state
}
