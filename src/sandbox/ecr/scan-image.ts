import type { Image, Registry, Repository, World } from '../world.ts'
import { manifestOf } from './manifest.ts'
import { effectiveScanning } from './scanning-filters.ts'

/** Only images have packages; indexes and artifacts cannot be scanned. */
export function isScannable(image: Image): boolean {
  const { kind, config, artifactType } = manifestOf(image)
  return (
    kind === 'image' &&
    artifactType === undefined &&
    /\.image\.(config\.)?v1\+json$/.test(config?.mediaType ?? '')
  )
}

/** A scan here is done at once and finds nothing: real findings would need a real scanner. */
export function scanNow(world: World, image: Image, status = 'COMPLETE'): void {
  image.scan = { status, completedAt: world.now(), severities: {}, findings: [] }
}

export function scanOnPush(world: World, registry: Registry, repository: Repository, image: Image): void {
  const { scanOnPush: wanted, scanFrequency } = effectiveScanning(registry, repository)
  if (wanted && isScannable(image))
    scanNow(world, image, scanFrequency === 'CONTINUOUS_SCAN' ? 'ACTIVE' : 'COMPLETE')
}
