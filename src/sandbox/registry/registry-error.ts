import { AwsError, type SandboxResponse } from '../http.ts'

/** An error of the data plane, in the codes of the OCI distribution specification (ecr-facts 4.2). */
export class RegistryError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Record<string, string>

  constructor(code: string, message: string, options: { status: number; headers?: Record<string, string> }) {
    super(message)
    this.status = options.status
    this.code = code
    this.headers = options.headers ?? {}
  }
}

/**
 * How what the control plane throws looks on the data plane (ecr-facts 4.2 and 4.6; that bad parameters are 405
 * UNSUPPORTED is from many reports of failed pushes).
 * Assumption: the codes for missing blobs and children on a manifest PUT, for limits and for KMS errors.
 */
const known: Record<string, readonly [number, string]> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageNotFoundException: [404, 'MANIFEST_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  ImageDigestDoesNotMatchException: [400, 'DIGEST_INVALID'],
  ImageReferencedByManifestList: [405, 'UNSUPPORTED'],
  LayersNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  ReferencedImagesNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  InvalidLayerException: [400, 'DIGEST_INVALID'],
  UploadNotFoundException: [404, 'BLOB_UPLOAD_UNKNOWN'],
  InvalidParameterException: [405, 'UNSUPPORTED'],
  LimitExceededException: [403, 'DENIED'],
  KmsException: [403, 'DENIED'],
  AccessDeniedException: [403, 'DENIED'],
  ThrottlingException: [429, 'TOOMANYREQUESTS'],
  RequestEntityTooLargeException: [413, 'SIZE_INVALID'],
}

/** Undefined when the error is not one that a client of the registry should see. */
export function toRegistryError(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error
  if (!(error instanceof AwsError)) return undefined
  const [status, code] = known[error.code] ?? [error.status, 'UNSUPPORTED']
  return new RegistryError(code, error.message, { status })
}

export function errorResponse({ status, code, message, headers }: RegistryError): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: `${JSON.stringify({ errors: [{ code, message }] })}\n`,
  }
}
