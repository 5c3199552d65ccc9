import { AwsError, type SandboxRequest, type SandboxResponse } from '../http.ts'
import { toXml, type Xml, xmlDeclaration } from '../xml.ts'

/** S3's error document; a HEAD gets the status alone. */
export function s3Error(error: AwsError, request: SandboxRequest, requestId: string): SandboxResponse {
  const extra = Object.fromEntries(Object.entries(error.extra).map(([name, value]) => [name, String(value)]))
  const document: Xml = {
    Code: error.code,
    Message: error.message,
    ...extra,
    Resource: request.path,
    RequestId: requestId,
    HostId: 'holdfast-sandbox',
  }
  return {
    status: error.status,
    headers: {
      ...error.headers,
      'content-type': 'application/xml',
      ...(extra['Region'] !== undefined && { 'x-amz-bucket-region': extra['Region'] }),
      ...(error.code === 'SlowDown' && { 'retry-after': '1' }),
    },
    ...(request.method !== 'HEAD' && { body: `${xmlDeclaration}${toXml('Error', document)}` }),
  }
}

export function notImplemented(operation: string): AwsError {
  return new AwsError('NotImplemented', `NotImplementedInSandbox: ${operation} is not simulated.`, {
    status: 501,
  })
}
