import { BatchClient, type JobDefinition, paginateDescribeJobDefinitions } from '@aws-sdk/client-batch'
import type { ImageUse } from '../../neighbours.ts'
import { type Asking, askAll } from '../question.ts'
import { parseUse } from './reference.ts'

/** Every active job definition: any of them can be submitted at any time. */
export async function collectBatchUses({ aws, account, signal }: Asking): Promise<ImageUse[]> {
  const client = new BatchClient(aws.clientConfig('batch'))
  try {
    const pages = paginateDescribeJobDefinitions({ client }, { status: 'ACTIVE' }, { abortSignal: signal })
    const definitions = await askAll('batch:DescribeJobDefinitions', pages, (page) => page.jobDefinitions)
    return definitions.flatMap((definition) =>
      imagesOf(definition).flatMap((image): ImageUse[] => {
        const found = parseUse(image, { account, region: aws.region })
        const by = definition.jobDefinitionArn ?? ''
        return found ? [{ source: 'batch', by, what: 'job definition', ...found }] : []
      }),
    )
  } finally {
    client.destroy()
  }
}

/** A job is one container, several nodes, ECS tasks or an EKS pod. */
function imagesOf(definition: JobDefinition): string[] {
  const nodes = definition.nodeProperties?.nodeRangeProperties ?? []
  const pods = [definition.eksProperties, ...nodes.map(({ eksProperties }) => eksProperties)].map(
    (one) => one?.podProperties,
  )
  const tasks = [definition.ecsProperties, ...nodes.map(({ ecsProperties }) => ecsProperties)].flatMap(
    (one) => one?.taskProperties ?? [],
  )
  const containers = [
    definition.containerProperties,
    ...nodes.map(({ container }) => container),
    ...tasks.flatMap((task) => task.containers ?? []),
    ...pods.flatMap((pod) => [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]),
  ]
  return [...new Set(containers.flatMap((container) => container?.image ?? []))]
}
