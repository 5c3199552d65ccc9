import type { AwsError, SandboxResponse } from '../http.ts'
import { toXml, type Xml } from '../xml.ts'

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function queryAnswer(operation: string, result: Xml, requestId: string): SandboxResponse {
  const document = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } }
  return answer(200, toXml(`${operation}Response`, document, namespace))
}

export function queryError(error: AwsError, requestId: string): SandboxResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender'
  const content = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId }
  return answer(error.status, toXml('ErrorResponse', content, namespace))
}

function answer(status: number, body: string): SandboxResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body }
}
