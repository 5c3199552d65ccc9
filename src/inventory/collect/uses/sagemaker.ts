import { DescribeModelCommand, paginateListModels, SageMakerClient } from '@aws-sdk/client-sagemaker'
import type { ImageUse } from '../../neighbours.ts'
import { type Asking, ask, askAll } from '../question.ts'
import { parseUse } from './reference.ts'

/** Every model: an endpoint or a transform job starts its containers when it is made or scaled. */
export async function collectSageMakerUses({ aws, account, signal }: Asking): Promise<ImageUse[]> {
  const client = new SageMakerClient(aws.clientConfig('sagemaker'))
  const options = { abortSignal: signal }
  const uses: ImageUse[] = []
  try {
    const pages = paginateListModels({ client }, { MaxResults: 100 }, options)
    const models = await askAll('sagemaker:ListModels', pages, (page) => page.Models)
    for (const { ModelName, ModelArn = '' } of models) {
      const command = new DescribeModelCommand({ ModelName })
      const model = await ask('sagemaker:DescribeModel', client.send(command, options))
      for (const container of [model.PrimaryContainer, ...(model.Containers ?? [])]) {
        const found = parseUse(container?.Image ?? '', { account, region: aws.region })
        if (found) uses.push({ source: 'sagemaker', by: ModelArn, what: 'model', ...found })
      }
    }
    return uses
  } finally {
    client.destroy()
  }
}
