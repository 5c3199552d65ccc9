import { AwsError } from '../http.ts'
import { readFlag, readList, readText } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { type EventSelector, everyManagementEvent, type FieldSelector } from './state.ts'
import { findTrailAtHome } from './trails.ts'

/** Selectors of one kind take the place of all that were there. */
export function putEventSelectors(call: NeighbourCall): Record<string, unknown> {
  const found = findTrailAtHome(call, 'TrailName')
  const classic = readList(call, 'EventSelectors', 5)
  const advanced = readList(call, 'AdvancedEventSelectors', 500)
  if ((classic === undefined) === (advanced === undefined))
    throw new AwsError('InvalidEventSelectorsException', 'Give selectors of one kind.')
  found.selectors = classic
    ? { EventSelectors: classic.map((one) => readClassic(call, one)) }
    : { AdvancedEventSelectors: (advanced ?? []).map((one) => readAdvanced(call, one)) }
  found.trail.HasCustomEventSelectors =
    JSON.stringify(found.selectors) !== JSON.stringify(everyManagementEvent)
  return { TrailARN: found.trail.TrailARN, ...found.selectors }
}

function readClassic(call: NeighbourCall, given: unknown): EventSelector {
  const each = { ...call, input: (given ?? {}) as Record<string, unknown> }
  const kinds = ['All', 'ReadOnly', 'WriteOnly']
  return {
    ReadWriteType: (readText(each, 'ReadWriteType', kinds) ?? 'All') as EventSelector['ReadWriteType'],
    IncludeManagementEvents: readFlag(each, 'IncludeManagementEvents') ?? true,
    ExcludeManagementEventSources: (readList(each, 'ExcludeManagementEventSources', 10) ?? []).map(String),
    DataResources: (readList(each, 'DataResources', 250) ?? []) as EventSelector['DataResources'],
  }
}

const fields = [
  'eventCategory',
  'readOnly',
  'eventSource',
  'eventName',
  'eventType',
  'resources.type',
  'resources.ARN',
]

function readAdvanced(call: NeighbourCall, given: unknown) {
  const each = { ...call, input: (given ?? {}) as Record<string, unknown> }
  const selectors = (readList(each, 'FieldSelectors', 500) ?? []) as FieldSelector[]
  const wrong = selectors.some(({ Field }) => !fields.includes(Field))
  if (wrong || !selectors.some(({ Field }) => Field === 'eventCategory'))
    throw new AwsError('InvalidEventSelectorsException', 'A selector needs the field eventCategory.')
  return { Name: readText(each, 'Name') ?? '', FieldSelectors: selectors }
}
