import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AwsContext, AwsSettings } from '../aws/context.ts'
import { openAws } from '../aws/open.ts'
import { jumpingClock } from '../core/clock.ts'

export interface FakeCall {
  operation: string
  input: Record<string, unknown>
}

/** An answer, or `__type` for an error of that name. */
export type FakeAnswer = Record<string, unknown> & { __type?: string; message?: string }

export interface FakeEcr {
  aws: AwsContext
  endpoint: string
  calls: FakeCall[]
  close(): Promise<void>
}

/** An ECR API that answers whatever a test wants, and an AwsContext that knows no other. STS answers by itself. */
export async function fakeEcr(
  answer: (call: FakeCall) => FakeAnswer,
  settings: Partial<AwsSettings> = {},
): Promise<FakeEcr> {
  const calls: FakeCall[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const target = String(request.headers['x-amz-target'] ?? '')
    if (!target) return response.end(identityXml)
    const call = { operation: target.slice(target.indexOf('.') + 1), input: JSON.parse(body) }
    calls.push(call)
    const answered = answer(call)
    response.writeHead(answered.__type ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    return response.end(JSON.stringify(answered))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret-of-the-test' }
  const doors = { env: {}, clock: jumpingClock() }
  const aws = await openAws({ region: 'eu-west-1', endpoint, credentials, ...settings }, doors)
  const close = async () => {
    aws.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { aws, endpoint, calls, close }
}

const identityXml =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Arn>arn:aws:iam::111122223333:user/demo</Arn><UserId>U</UserId><Account>111122223333</Account>' +
  '</GetCallerIdentityResult></GetCallerIdentityResponse>'
