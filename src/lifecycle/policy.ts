/** A lifecycle rule in one regular form (ecr-facts 3.1). */
export interface LifecycleRule {
  priority: number
  tagStatus: 'tagged' | 'untagged' | 'any'
  /** For `tagged`: every entry must be matched by some tag of the image, not necessarily by the same one. */
  tagLists?: { patterns?: string[]; prefixes?: string[] }
  storageClass: 'standard' | 'archive'
  countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned'
  count: number
  action: 'expire' | 'transition'
}
