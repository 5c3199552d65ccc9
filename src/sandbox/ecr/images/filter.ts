import type { Image } from '../../world.ts'
import { type Members, readMembers, readText } from '../input/read.ts'

export interface ImageFilter {
  tagStatus: string
  imageStatus: string
}

/** Both listings show only ACTIVE images unless told otherwise (ecr-facts 2.11). */
export function readImageFilter(input: Members): ImageFilter {
  const filter = readMembers(input, 'filter') ?? {}
  return {
    tagStatus: readText(filter, 'tagStatus', { oneOf: ['TAGGED', 'UNTAGGED', 'ANY'] }) ?? 'ANY',
    imageStatus:
      readText(filter, 'imageStatus', { oneOf: ['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'] }) ?? 'ACTIVE',
  }
}

export function passesStatus(filter: ImageFilter, image: Image): boolean {
  return filter.imageStatus === 'ANY' || filter.imageStatus === image.status
}

export function passesTagged(filter: ImageFilter, tagged: boolean): boolean {
  return filter.tagStatus === 'ANY' || (filter.tagStatus === 'TAGGED') === tagged
}
