import { createHash } from 'node:crypto'
import type { Finding } from '../controls/control.ts'

/** What the finding is about, as people call it. */
export function subjectOf({ repository, resource }: Pick<Finding, 'repository' | 'resource'>): string {
  return repository ?? (resource.endsWith(':registry') ? 'the registry' : resource)
}

/** The same where there is little room: `kms key/5f0c2a34-...`, without account and Region. */
export function shortSubject(finding: Pick<Finding, 'repository' | 'resource'>): string {
  const subject = subjectOf(finding)
  const { service, resource } = arnParts(subject)
  return service ? `${service} ${resource}` : subject
}

/** The same by its ARN alone, as a plan has it. */
export function shortResource(resource: string): string {
  const { service, resource: name } = arnParts(resource)
  const repository = service === 'ecr' ? /^repository\/(.+)$/.exec(name)?.[1] : undefined
  return shortSubject({ resource, ...(repository !== undefined && { repository }) })
}

export interface ArnParts {
  partition: string
  service: string
  /** Empty for what belongs to no Region. */
  region: string
  account: string
  resource: string
}

/** Tolerant: whatever is no ARN is a resource without the rest. */
export function arnParts(text: string): ArnParts {
  const [arn, partition = '', service = '', region = '', account = '', ...rest] = text.split(':')
  if (arn !== 'arn' || rest.length === 0) {
    return { partition: 'aws', service: '', region: '', account: '', resource: text }
  }
  return { partition, service, region, account, resource: rest.join(':') }
}

/** The same for one control on one resource in every run, whatever the verdict: what makes a finding the same one. */
export function findingKey({ control, resource }: Pick<Finding, 'control' | 'resource'>): string {
  return createHash('sha256').update(`${control}\n${resource}`).digest('hex')
}
