import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { callOn, type Members } from './picked.ts'
import { trailArn } from './trail.ts'

/** As the API has them: of the one kind or of the other. */
export type TrailSelectorsState = {
  EventSelectors?: readonly Members[]
  AdvancedEventSelectors?: readonly AdvancedSelector[]
}

export type AdvancedSelector = { Name?: string; FieldSelectors: readonly (Members & { Field: string })[] }

/** What a trail records. A trail that is new records every management event by itself. */
export const trailSelectors: Kind<TrailSelectorsState> = {
  name: 'trail-selectors',
  title: 'event selectors of trail',
  reads: ({ resource }, place) => [
    { action: 'cloudtrail:GetEventSelectors', resource: trailArn(place, resource) },
  ],
  read: async (door, { resource, region }) => {
    const found = await door.find('cloudtrail', 'GetEventSelectors', {
      input: { TrailName: resource },
      ...{ region, resource, absent: ['TrailNotFoundException'] },
    })
    if (!found) return { state: null }
    const { EventSelectors, AdvancedEventSelectors } = found
    const state = AdvancedEventSelectors?.length ? { AdvancedEventSelectors } : { EventSelectors }
    return { state: JSON.parse(JSON.stringify(state)) as TrailSelectorsState }
  },
  calls: ({ resource: TrailName, region, to, place }) => {
    if (to === null) return []
    const resource = trailArn(place, TrailName)
    const input = { TrailName, ...to }
    return sentTo(region, [callOn('cloudtrail', 'PutEventSelectors', { input, resource })])
  },
  // More events, which may cost more.
  risk: () => 'visible',
}
