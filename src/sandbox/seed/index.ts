import { demoAccounts } from '../accounts.ts'
import { registerPullTimeUpdateExclusion } from '../ecr/registry/exclusions.ts'
import { createPullThroughCacheRule } from '../ecr/registry/pull-through.ts'
import { putRegistryPolicy } from '../ecr/registry/registry-policy.ts'
import { putReplicationConfiguration } from '../ecr/registry/replication.ts'
import { putRegistryScanningConfiguration } from '../ecr/registry/scanning.ts'
import { putSigningConfiguration } from '../ecr/registry/signing.ts'
import { createRepositoryCreationTemplate } from '../ecr/registry/templates.ts'
import { type Registry, registryOf, type World } from '../world.ts'
import { plantCleanFoundations } from './clean/foundations.ts'
import { plantCleanNeighbours } from './clean/neighbours.ts'
import { cleanRegistries } from './clean/registries.ts'
import { plantDemoFoundations } from './demo/foundations.ts'
import { plantDemoNeighbours } from './demo/neighbours.ts'
import { plantRepository, type SeedCall } from './plant-repository.ts'
import { demoRegistries, type RegistrySeed } from './registries.ts'

/** The accounts and their keys, and nothing in them. */
export async function seedEmpty(world: World): Promise<void> {
  world.state.accounts = demoAccounts(world.now())
}

/**
 * A shop's registries, with good and bad examples of everything that the audit judges. The same digests always;
 * the dates are counted back from the world's present.
 */
export async function seedDemo(world: World): Promise<void> {
  await seedEmpty(world)
  plantDemoFoundations(world)
  for (const seed of demoRegistries()) await plantRegistry(world, seed)
  plantDemoNeighbours(world)
}

/**
 * The same shop, in order: no control of the audit has anything to say. What one of them asks for must be here.
 */
export async function seedClean(world: World): Promise<void> {
  await seedEmpty(world)
  plantCleanFoundations(world)
  const seeds = cleanRegistries()
  for (const seed of seeds) await plantRegistry(world, seed)
  for (const { account, region, replication } of seeds)
    arrive(registryOf(world, account, region), replication)
  plantCleanNeighbours(world)
}

/** Every image has reached every destination. */
function arrive({ repositories }: Registry, rules: unknown[] = []): void {
  const places = (rules as { destinations: { region: string; registryId: string }[] }[])
    .flatMap(({ destinations }) => destinations)
    .map(({ region, registryId }) => [`${registryId}/${region}`, { status: 'COMPLETE' }] as const)
  for (const { images } of Object.values(repositories))
    for (const image of Object.values(images)) image.replicated = Object.fromEntries(places)
}

/** By the name that `--seed` takes. */
export const seeds = { demo: seedDemo, clean: seedClean, empty: seedEmpty }

async function plantRegistry(world: World, seed: RegistrySeed): Promise<void> {
  const call = callOf(world, seed)
  for (const repository of seed.repositories) await plantRepository(call, repository)
  // Settings come last: an image that is here already is neither replicated nor scanned because of them.
  await configure(call, seed)
}

/** The seed acts as the account's root user: nobody else can be counted on to exist. */
function callOf(world: World, { account, region }: RegistrySeed): SeedCall {
  const arn = `arn:aws:iam::${account}:root`
  const caller = { account, region, arn, userId: account, accessKeyId: 'seed' }
  return { world, caller, registry: registryOf(world, account, region) }
}

async function configure(call: SeedCall, seed: RegistrySeed): Promise<void> {
  const { policy, scanning, scanType = 'BASIC', replication, signing } = seed
  const { pullTimeExclusions = [], templates = [], pullThrough = [] } = seed
  if (policy !== undefined) {
    await putRegistryPolicy({ ...call, input: { policyText: JSON.stringify(policy) } })
  }
  if (scanning) {
    await putRegistryScanningConfiguration({ ...call, input: { scanType, rules: scanning } })
  }
  if (replication) {
    await putReplicationConfiguration({
      ...call,
      input: { replicationConfiguration: { rules: replication } },
    })
  }
  if (signing) {
    await putSigningConfiguration({ ...call, input: { signingConfiguration: { rules: signing } } })
  }
  for (const principalArn of pullTimeExclusions) {
    await registerPullTimeUpdateExclusion({ ...call, input: { principalArn } })
  }
  for (const input of pullThrough) await createPullThroughCacheRule({ ...call, input })
  for (const input of templates) await createRepositoryCreationTemplate({ ...call, input })
}
