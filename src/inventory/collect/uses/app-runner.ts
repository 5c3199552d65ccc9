import { AppRunnerClient, DescribeServiceCommand, paginateListServices } from '@aws-sdk/client-apprunner'
import type { ImageUse } from '../../neighbours.ts'
import { type Asking, ask, askAll } from '../question.ts'
import { parseUse } from './reference.ts'

/** Services that run from an image. */
export async function collectAppRunnerUses({ aws, account, signal }: Asking): Promise<ImageUse[]> {
  const client = new AppRunnerClient(aws.clientConfig('apprunner'))
  const options = { abortSignal: signal }
  const uses: ImageUse[] = []
  try {
    const pages = paginateListServices({ client }, {}, options)
    const listed = await askAll('apprunner:ListServices', pages, (page) => page.ServiceSummaryList)
    for (const { ServiceArn = '' } of listed) {
      const command = new DescribeServiceCommand({ ServiceArn })
      const { Service } = await ask('apprunner:DescribeService', client.send(command, options))
      const image = Service?.SourceConfiguration?.ImageRepository?.ImageIdentifier ?? ''
      const found = parseUse(image, { account, region: aws.region })
      if (found) uses.push({ source: 'app-runner', by: ServiceArn, what: 'service', ...found })
    }
    return uses
  } finally {
    client.destroy()
  }
}
