/** A lifecycle rule in one regular form (ecr-facts 3.1). */
export interface LifecycleRule {
  priority: number
  tagStatus: 'tagged' | 'untagged' | 'any'
  storageClass: 'standard' | 'archive'
  countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned'
  count: number
  action: 'expire' | 'transition'
}
