import type { AwsContext, AwsIdentity, AwsSettings } from '../aws/context.ts'
import { parseRegistryUrl, type RegistryUrl } from '../core/reference.ts'
import type { CommandContext } from './context.ts'

/** Flags beat the environment (which the SDK's chain reads by itself), and both beat the file. */
export function awsSettings(context: CommandContext): AwsSettings {
  const { global, config, io } = context
  const pick = (flag: string | undefined, variables: string[], fromFile: string | undefined) =>
    flag ?? (variables.some((name) => io.env[name]) ? undefined : fromFile)
  const found = {
    profile: pick(global.profile, ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'], config.profile),
    region: pick(global.region, ['AWS_REGION', 'AWS_DEFAULT_REGION'], config.region),
    roleArn: global.roleArn ?? config.roleArn,
    externalId: global.externalId ?? config.externalId,
    endpoint: global.endpointUrl,
    registryEndpoint: global.registryEndpoint,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** The Region of a registry's URL beats every other source of a Region. */
export async function openAwsFor(context: CommandContext, region?: string): Promise<AwsContext> {
  const { openAws } = await import('../aws/open.ts')
  return openAws({ ...awsSettings(context), ...(region && { region }) })
}

/** The registry named by the argument, else by `registry:` in the file, else `ecr://`. */
export function registryOf(context: CommandContext, argument: string | undefined): RegistryUrl {
  return parseRegistryUrl(argument ?? context.config.registry ?? 'ecr://')
}

/** `111122223333 · user/demo-admin · eu-west-1 · simulated`: who, where, and whether it is real. */
export function headerOf(identity: AwsIdentity, region: string, endpoint: string | undefined): string {
  const who = identity.arn.split(':').slice(5).join(':')
  const real = identity.simulated
    ? 'SIMULATED by the sandbox'
    : endpoint
      ? `real? custom endpoint ${endpoint}`
      : 'real'
  return `${identity.account} · ${who} · ${region} · ${real}`
}
