import type { Inventory, MissingAnswer } from '../inventory/inventory.ts'
import type { AdvancedField, Trail, TrailSelectors } from '../inventory/neighbours.ts'
import type { Sample } from './samples.ts'

export interface NotRecorded {
  why: string
  /** The answer that would have told. */
  missing?: MissingAnswer
}

/** Whether a trail writes down this call, or why not. Only what an answer shows counts. */
export function recordedBy(trail: Trail, sample: Sample, { registry }: Inventory): true | NotRecorded {
  const { status, selectors } = trail
  if (!sample.record) return { why: 'CloudTrail has no such event' }
  if (!trail.multiRegion && trail.homeRegion !== registry.region)
    return { why: `trail ${trail.name} records ${trail.homeRegion} only` }
  if ('error' in status)
    return {
      why: `trail ${trail.name} did not say whether it logs (${status.error.code})`,
      missing: status.error,
    }
  if (!status.ok.logging) return { why: `trail ${trail.name} is switched off` }
  if ('error' in selectors)
    return {
      why: `trail ${trail.name} did not say what it records (${selectors.error.code})`,
      missing: selectors.error,
    }
  if (!selects(selectors.ok, sample.record)) return { why: `trail ${trail.name} leaves such calls out` }
  return true
}

function selects({ classic, advanced }: TrailSelectors, record: Record<string, unknown>): boolean {
  const readOnly = record['readOnly'] === true
  if (advanced.length > 0)
    return advanced.some(({ fields }) => fields.every((field) => accepts(field, record)))
  return classic.some(({ readWrite, managementEvents, excludedSources }) => {
    const wanted = readWrite === 'All' || readWrite === (readOnly ? 'ReadOnly' : 'WriteOnly')
    return managementEvents && wanted && !excludedSources.includes(String(record['eventSource']))
  })
}

/** CloudTrail: advanced event selectors. A field that the record does not have accepts nothing. */
function accepts(selector: AdvancedField, record: Record<string, unknown>): boolean {
  const value = record[selector.field]
  if (value === undefined) return false
  const text = String(value)
  const { equals, notEquals, startsWith, notStartsWith, endsWith, notEndsWith } = selector
  const anyOf = (list: string[], test: (one: string) => boolean) => list.length === 0 || list.some(test)
  return (
    anyOf(equals, (one) => one === text) &&
    anyOf(startsWith, (one) => text.startsWith(one)) &&
    anyOf(endsWith, (one) => text.endsWith(one)) &&
    !notEquals.includes(text) &&
    !notStartsWith.some((one) => text.startsWith(one)) &&
    !notEndsWith.some((one) => text.endsWith(one))
  )
}
