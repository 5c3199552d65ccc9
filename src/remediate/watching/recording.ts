import { parseArn } from '../../core/arn.ts'
import type { Sample } from '../../events/samples.ts'
import { recordedBy } from '../../events/trails.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Trail } from '../../inventory/neighbours.ts'
import type { FixContext } from '../fix.ts'
import type { Target } from '../kind.ts'
import { trail as trailKind } from '../kinds/trail.ts'
import { trailLogging } from '../kinds/trail-logging.ts'
import { trailSelectors } from '../kinds/trail-selectors.ts'
import { inInventory, inRequest, widened } from './selectors.ts'

/** What makes a trail record certain calls. */
export interface Recording {
  trail: Trail
  /** How it will be. */
  after: Trail
}

/** The trail that lacks least; those of other accounts and of the organization are changed elsewhere. */
export function bestTrail(inventory: Inventory): Trail | undefined {
  const { trails, registry } = inventory
  const own = ('ok' in trails ? trails.ok : []).filter(
    ({ arn, organization }) => !organization && parseArn(arn)?.account === registry.account,
  )
  return [...own].sort((one, other) => lacks(one, registry) - lacks(other, registry))[0]
}

function lacks(trail: Trail, { region }: { region: string }): number {
  const { status, multiRegion, homeRegion, logGroup, logFileValidation, kmsKey } = trail
  const { logging, deliveryError, logsDeliveryError } = 'ok' in status ? status.ok : {}
  const grave = [!logging, deliveryError !== undefined, !multiRegion && homeRegion !== region]
  const slight = [logGroup === undefined, logsDeliveryError !== undefined, !logFileValidation, !kmsKey]
  return grave.filter(Boolean).length * 10 + slight.filter(Boolean).length
}

/** Undefined: nothing that a plan may do makes it record them all. */
export function recordingOf(
  trail: Trail,
  samples: readonly Sample[],
  inventory: Inventory,
): Recording | undefined {
  const { status, selectors, homeRegion } = trail
  if ('error' in status || 'error' in selectors) return undefined
  const isAway = homeRegion !== inventory.registry.region
  const after: Trail = {
    ...trail,
    status: { ok: { ...status.ok, logging: true } },
    multiRegion: trail.multiRegion || isAway,
  }
  const records = (one: Trail) => samples.every((sample) => recordedBy(one, sample, inventory) === true)
  if (records(after)) return { trail, after }
  const wide = {
    ...after,
    selectors: { ok: inInventory(widened(inRequest(selectors.ok), sourcesOf(samples))) },
  }
  return records(wide) ? { trail, after: wide } : undefined
}

/** A trail is changed where it is at home. */
export function atHome({ name, homeRegion }: Trail, { registry }: Inventory): Target {
  return { resource: name, ...(homeRegion !== registry.region && { region: homeRegion }) }
}

export function proposeRecording(
  { draft, inventory }: FixContext,
  { trail, after }: Recording,
  samples: readonly Sample[],
): void {
  const target = atHome(trail, inventory)
  if (after.multiRegion !== trail.multiRegion)
    draft.change(
      trailKind,
      target,
      (state) => state && { ...state, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      allRegions,
    )
  if (after.selectors !== trail.selectors)
    draft.change(trailSelectors, target, (state) => state && widened(state, sourcesOf(samples)), {
      why: 'The trail records every management event: reading calls such as pulls, too.',
      warnings: [
        'More is recorded: a second copy of management events costs money, and so does a log group.',
      ],
    })
  if ('ok' in trail.status && !trail.status.ok.logging)
    draft.change(trailLogging, target, () => true, { why: 'The trail is switched on again.' })
}

export const allRegions = {
  why: 'The trail records the calls of every Region.',
  warnings: [
    'Where another trail records the same Regions, the second copy of management events costs money.',
  ],
}

function sourcesOf(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap(({ record }) => (record ? [String(record['eventSource'])] : [])))]
}
