import type { RegistryUrl } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import type { Source } from '../source.ts'
import { type RegistryAccess, requireAws } from './access.ts'
import { openEcrSource } from './ecr.ts'
import { openOciSource } from './oci.ts'

/** Opens a registry for reading. Fails at once when it cannot be reached or does not take the credentials. */
export async function openSource(url: RegistryUrl, access: RegistryAccess, run: Run): Promise<Source> {
  return url.kind === 'ecr'
    ? openEcrSource({ aws: requireAws(access), ranges: access.ranges }, url, run)
    : openOciSource(url, access, run)
}
