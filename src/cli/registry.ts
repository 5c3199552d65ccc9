import type { AwsContext } from '../aws/context.ts'
import type { Source } from '../backup/source.ts'
import type { RegistryUrl } from '../core/reference.ts'
import type { Target } from '../restore/target.ts'
import type { RegistryIdentity } from '../vault/format.ts'
import { openAwsFor, registryOf } from './aws.ts'
import type { CommandContext } from './context.ts'

/** What sources and targets need to be opened: AWS for ECR, a user name and password for other registries. */
async function accessFor(context: CommandContext, url: RegistryUrl) {
  const { HOLDFAST_REGISTRY_USERNAME: username, HOLDFAST_REGISTRY_PASSWORD: password } = context.io.env
  if (url.kind === 'oci') context.run.progress.phase(`connecting to ${url.host}`)
  const aws: AwsContext | undefined = url.kind === 'ecr' ? await openAwsFor(context, url.region) : undefined
  return { ...(aws && { aws }), ...(username && password && { username, password }) }
}

export async function openSourceFor(context: CommandContext, argument: string | undefined): Promise<Source> {
  const url = registryOf(context, argument)
  const { openSource } = await import('../backup/sources/open.ts')
  return openSource(url, await accessFor(context, url), context.run)
}

export async function openTargetFor(context: CommandContext, argument: string | undefined): Promise<Target> {
  const url = registryOf(context, argument)
  const { openTarget } = await import('../restore/targets/open.ts')
  return openTarget(url, await accessFor(context, url), context.run)
}

export const sourceHeader = (source: Source): string => registryHeader(source.identity, source.principal)
export const targetHeader = (target: Target): string => registryHeader(target.identity, target.principal)

function registryHeader(identity: RegistryIdentity, principal: string | undefined): string {
  const who = principal ? ` · ${principal.split(':').slice(5).join(':') || principal}` : ''
  return `${identity.url}${who} · ${identity.simulated ? 'SIMULATED by the sandbox' : 'real'}`
}
