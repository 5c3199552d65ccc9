import type { Fix } from '../fix.ts'
import { enhancedScanning } from './enhanced-scanning.ts'
import { findingsOverdue } from './findings-overdue.ts'
import { imageSecrets } from './image-secrets.ts'
import { imageSigning } from './image-signing.ts'
import { latestImageScanned } from './latest-image-scanned.ts'
import { ownerTag } from './owner-tag.ts'
import { publicRepositories } from './public-repositories.ts'
import { repositorySize } from './repository-size.ts'
import { scanningEffective } from './scanning-effective.ts'
import { tagImmutability } from './tag-immutability.ts'

/** By control, in the order of the controls. */
export const fixes: readonly Fix[] = [
  imageSecrets,
  scanningEffective,
  findingsOverdue,
  latestImageScanned,
  enhancedScanning,
  tagImmutability,
  imageSigning,
  publicRepositories,
  ownerTag,
  repositorySize,
]
