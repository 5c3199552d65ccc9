import { AwsError } from '../http.ts'
import { needText, readText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { paging, stateOf } from './clusters.ts'
import type { TaskDefinition } from './state.ts'

/** Sorted by family and revision, and not as text: 10 comes after 9. */
export function listTaskDefinitions(call: NeighbourCall): Record<string, unknown> {
  const family = readText(call, 'familyPrefix')
  const status = readText(call, 'status', ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']) ?? 'ACTIVE'
  const descending = readText(call, 'sort', ['ASC', 'DESC']) === 'DESC'
  const found = stateOf(call).taskDefinitions.filter(
    (each) => each.status === status && (family === undefined || each.family === family),
  )
  const keyOf = ({ family, revision }: TaskDefinition) => `${family}\n${String(revision).padStart(9, '0')}`
  const { items, more } = pageOf(call, found, { ...paging, descending, keyOf })
  return { taskDefinitionArns: items.map(({ taskDefinitionArn }) => taskDefinitionArn), ...more }
}

/** By ARN, `FAMILY:REVISION`, or `FAMILY`: its newest active revision. */
export function describeTaskDefinition(call: NeighbourCall): Record<string, unknown> {
  const given = needText(call, 'taskDefinition')
  const name = given.startsWith('arn:') ? (given.split(':task-definition/')[1] ?? '') : given
  const [family, revision] = name.split(':')
  const found = stateOf(call)
    .taskDefinitions.filter((each) => each.family === family)
    .filter((each) => (revision === undefined ? each.status === 'ACTIVE' : `${each.revision}` === revision))
    .sort((a, b) => b.revision - a.revision)[0]
  if (found) return { taskDefinition: found }
  throw new AwsError('ClientException', 'Unable to describe task definition.')
}
