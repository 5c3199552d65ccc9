import { type RegistryAccess, requireAws } from '../../backup/sources/access.ts'
import type { RegistryUrl } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import type { Target } from '../target.ts'
import { openEcrTarget } from './ecr.ts'
import { openOciTarget } from './oci.ts'

/** Opens a registry for writing. Fails at once when it cannot be reached or does not take the credentials. */
export async function openTarget(url: RegistryUrl, access: RegistryAccess, run: Run): Promise<Target> {
  return url.kind === 'ecr' ? openEcrTarget(requireAws(access), url, run) : openOciTarget(url, access, run)
}
