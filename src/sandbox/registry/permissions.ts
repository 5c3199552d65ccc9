import { repositoryArn } from '../../core/arn.ts'
import type { Need } from '../enforce/decide.ts'
import { jsonWords, requireAll } from '../enforce/gate.ts'
import type { RegistryCall } from './registry-call.ts'
import type { RegistryRoute } from './route.ts'

/**
 * The actions of ECR that a request to the data plane needs (ecr-facts 4.1); none for the ping.
 * Assumption: an upload is asked about and given up by whoever may send its parts; the catalog is a list of
 * repositories.
 */
const actions: Record<RegistryRoute['kind'], Record<string, readonly string[]>> = {
  ping: {},
  catalog: { GET: ['DescribeRepositories'] },
  tags: { GET: ['ListImages'] },
  referrers: { GET: ['BatchGetImage'] },
  manifest: {
    HEAD: ['BatchGetImage'],
    GET: ['BatchGetImage'],
    PUT: ['PutImage'],
    DELETE: ['BatchDeleteImage'],
  },
  blob: { HEAD: ['BatchCheckLayerAvailability'], GET: ['GetDownloadUrlForLayer'] },
  uploads: { POST: ['InitiateLayerUpload'] },
  upload: {
    GET: ['UploadLayerPart'],
    PATCH: ['UploadLayerPart'],
    PUT: ['CompleteLayerUpload'],
    DELETE: ['UploadLayerPart'],
  },
}

/** Denied as ECR's registry denies: 403 `DENIED`, in the words of IAM (ecr-facts 4.2). */
export function requireRegistryPermission(call: RegistryCall, route: RegistryRoute): void {
  const { world, caller, request } = call
  const wanted = actions[route.kind][request.method] ?? []
  const whole = carriesBytes(call, route) ? [...wanted, 'UploadLayerPart'] : wanted
  const resource = repositoryArn(call.registry, 'repository' in route ? route.repository : '*')
  const needs = whole.map((action): Need => ({ action: `ecr:${action}`, resource }))
  requireAll(world, caller, { needs, service: 'ecr', words: jsonWords })
}

/** A PUT that ends an upload, or a POST of a whole blob, may bring bytes of its own. */
function carriesBytes({ request }: RegistryCall, { kind }: RegistryRoute): boolean {
  const ending = kind === 'upload' && request.method === 'PUT'
  const single = kind === 'uploads' && request.query.has('digest')
  const length = request.headers['content-length']
  const chunked = request.headers['transfer-encoding'] !== undefined
  return (ending || single) && (chunked || (length !== undefined && length !== '0'))
}
