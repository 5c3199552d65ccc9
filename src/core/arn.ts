export interface Arn {
  partition: string
  service: string
  region: string
  account: string
  resource: string
}

/** Splits an ARN; undefined when it is not one. The resource part keeps its colons and slashes. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':')
  if (parts.length < 6 || parts[0] !== 'arn') return undefined
  const [, partition = '', service = '', region = '', account = ''] = parts
  return { partition, service, region, account, resource: parts.slice(5).join(':') }
}

/** `arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME` (ecr-facts 1.2). */
export function repositoryArn(
  registry: { partition?: string; account: string; region: string },
  repository: string,
): string {
  return `arn:${registry.partition ?? partitionOf(registry.region)}:ecr:${registry.region}:${registry.account}:repository/${repository}`
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return 'aws'
}
