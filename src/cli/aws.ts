import type { AwsContext, AwsIdentity, AwsSettings } from '../aws/context.ts'
import { HoldfastError } from '../core/errors.ts'
import { parseRegistryUrl, type RegistryUrl } from '../core/reference.ts'
import { budgetOf } from './budget.ts'
import type { CommandContext } from './context.ts'
import { nearest } from './nearest.ts'
import { endedInTime } from './patience.ts'

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
  context.run.progress.phase('connecting to AWS')
  const { openAws } = await import('../aws/open.ts')
  const budget = budgetOf(context)
  const aws = await openAws({ ...awsSettings(context), ...(region && { region }), ...(budget && { budget }) })
  requireLikelyRegion(aws.region)
  context.run.log.debug(aws.budget.describe())
  // Ctrl-C while nobody answers yet ends the command at once.
  return { ...aws, identity: () => endedInTime(aws.identity(), context.run.signal, 0) }
}

/** A mistyped Region would only show as a host that does not exist. New Regions keep using these words. */
const regionName =
  /^[a-z]{2,4}(-[a-z]+)*-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d+$/
const someRegions = [
  'eu-west-1',
  'eu-central-1',
  'eu-north-1',
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-southeast-1',
  'ap-northeast-1',
  'ap-south-1',
  'sa-east-1',
  'ca-central-1',
  'us-gov-west-1',
  'cn-north-1',
]

function requireLikelyRegion(region: string): void {
  if (regionName.test(region)) return
  const close = nearest(region, someRegions)
  throw new HoldfastError('usage', {
    what: `Not an AWS Region: ${JSON.stringify(region)}`,
    why: 'ECR has no endpoint for it.',
    next: close
      ? `Did you mean ${close}? Run again with --region ${close}`
      : 'Give one with --region, such as eu-west-1.',
  })
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
