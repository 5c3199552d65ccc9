import type { TrailSelectors } from '../../inventory/neighbours.ts'
import type { AdvancedSelector, TrailSelectorsState } from '../kinds/trail-selectors.ts'

/**
 * Every management event is recorded, reads and writes, but of services that every selector left out before and that
 * are not among `sources`. What is recorded of data stays exactly as it was.
 */
export function widened(state: TrailSelectorsState, sources: readonly string[]): TrailSelectorsState {
  const { EventSelectors = [], AdvancedEventSelectors } = state
  if (AdvancedEventSelectors) return { AdvancedEventSelectors: wideAdvanced(AdvancedEventSelectors, sources) }
  return { EventSelectors: wideClassic(EventSelectors, sources) }
}

type Classic = NonNullable<TrailSelectorsState['EventSelectors']>

function wideClassic(selectors: Classic, sources: readonly string[]): Classic {
  const recording = selectors.filter((one) => one['IncludeManagementEvents'] !== false)
  const excluded = common(recording.map((one) => texts(one['ExcludeManagementEventSources'])))
  const data = selectors.filter((one) => texts(one['DataResources']).length > 0)
  return [
    {
      ReadWriteType: 'All',
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: excluded.filter((one) => !sources.includes(one)),
    },
    ...data.map((one) => ({
      ...one,
      IncludeManagementEvents: false,
      ExcludeManagementEventSources: [],
    })),
  ]
}

function wideAdvanced(
  selectors: readonly AdvancedSelector[],
  sources: readonly string[],
): AdvancedSelector[] {
  const recording = selectors.filter(isManagement)
  const excluded = common(
    recording.map(({ FieldSelectors }) =>
      FieldSelectors.filter(({ Field }) => Field === 'eventSource').flatMap((one) => texts(one['NotEquals'])),
    ),
  ).filter((one) => !sources.includes(one))
  return [
    {
      Name: 'All management events',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Management'] },
        ...(excluded.length > 0 ? [{ Field: 'eventSource', NotEquals: excluded }] : []),
      ],
    },
    ...selectors.filter((one) => !isManagement(one)),
  ]
}

function isManagement({ FieldSelectors }: AdvancedSelector): boolean {
  return FieldSelectors.some(
    (one) => one.Field === 'eventCategory' && texts(one['Equals']).includes('Management'),
  )
}

function common(lists: readonly string[][]): string[] {
  const [first = [], ...others] = lists
  return first.filter((one) => others.every((list) => list.includes(one)))
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? (value as string[]) : []
}

/** What the inventory knows of them, as a request: enough to judge what a change of them would record. */
export function inRequest({ classic, advanced }: TrailSelectors): TrailSelectorsState {
  if (advanced.length === 0)
    return {
      EventSelectors: classic.map(({ readWrite, managementEvents, excludedSources }) => ({
        ReadWriteType: readWrite,
        IncludeManagementEvents: managementEvents,
        ExcludeManagementEventSources: excludedSources,
      })),
    }
  return {
    AdvancedEventSelectors: advanced.map(({ name, fields }) => ({
      Name: name,
      FieldSelectors: fields.map(({ field, equals, notEquals }) => ({
        Field: field,
        ...(equals.length > 0 && { Equals: equals }),
        ...(notEquals.length > 0 && { NotEquals: notEquals }),
      })),
    })),
  }
}

export function inInventory({ EventSelectors, AdvancedEventSelectors }: TrailSelectorsState): TrailSelectors {
  return {
    classic: (EventSelectors ?? []).map((one) => ({
      readWrite: String(one['ReadWriteType']),
      managementEvents: one['IncludeManagementEvents'] !== false,
      excludedSources: texts(one['ExcludeManagementEventSources']),
    })),
    advanced: (AdvancedEventSelectors ?? []).map(({ Name = '', FieldSelectors }) => ({
      name: Name,
      fields: FieldSelectors.map((one) => ({
        field: one.Field,
        ...{ equals: texts(one['Equals']), notEquals: texts(one['NotEquals']) },
        ...{ startsWith: [], notStartsWith: [], endsWith: [], notEndsWith: [] },
      })),
    })),
  }
}
