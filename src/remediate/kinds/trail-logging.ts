import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { callOn } from './picked.ts'
import { trailArn } from './trail.ts'

/** Null: the trail is switched off, or not there. */
export const trailLogging: Kind<true> = {
  name: 'trail-logging',
  title: 'logging of trail',
  reads: ({ resource }, place) => [
    { action: 'cloudtrail:GetTrailStatus', resource: trailArn(place, resource) },
  ],
  read: async (door, { resource, region }) => {
    const found = await door.find('cloudtrail', 'GetTrailStatus', {
      input: { Name: resource },
      ...{ region, resource, absent: ['TrailNotFoundException'] },
    })
    return { state: found?.IsLogging ? true : null }
  },
  calls: ({ resource: Name, region, from, to, place }) => {
    if (from === to) return []
    const operation = to === null ? 'StopLogging' : 'StartLogging'
    return sentTo(region, [
      callOn('cloudtrail', operation, { input: { Name }, resource: trailArn(place, Name) }),
    ])
  },
  risk: () => 'safe',
  lines: () => ['logging'],
}
