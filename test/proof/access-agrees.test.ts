import * as ecr from '@aws-sdk/client-ecr'
import * as iam from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { compilePolicies, evaluate, type PolicyTexts } from '../../src/access/evaluate.ts'
import type { Caller } from '../../src/access/request.ts'
import { type TestSandbox, testSandbox } from '../support/sandbox.ts'
import {
  type Given,
  identityPolicies,
  own,
  type Policies,
  partner,
  repository,
  resourcePolicies,
} from './access-agrees.grammar.ts'

// Two evaluators that share no code: the one behind `holdfast access`, and the one of the sandbox that enforces IAM.
// Random policies are put in force through the sandbox's own APIs, operations are called, and both must say the same.

const region = 'eu-west-1'
type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

interface Actor {
  caller: Caller
  client: ecr.ECRClient
  put(name: 'own' | 'boundary', text: string | undefined): Promise<unknown>
}

type Operation = readonly [action: string, call: (actor: Actor) => Promise<unknown>]

const named = { repositoryName: repository, registryId: own }
const imageIds = [{ imageTag: 'none' }]
const layerDigests = [`sha256:${'0'.repeat(64)}`]
const ofRepository: Operation[] = [
  ['ecr:ListImages', ({ client }) => client.send(new ecr.ListImagesCommand(named))],
  ['ecr:BatchGetImage', ({ client }) => client.send(new ecr.BatchGetImageCommand({ ...named, imageIds }))],
  [
    'ecr:BatchDeleteImage',
    ({ client }) => client.send(new ecr.BatchDeleteImageCommand({ ...named, imageIds })),
  ],
  [
    'ecr:BatchCheckLayerAvailability',
    ({ client }) => client.send(new ecr.BatchCheckLayerAvailabilityCommand({ ...named, layerDigests })),
  ],
  ['ecr:GetRepositoryPolicy', ({ client }) => client.send(new ecr.GetRepositoryPolicyCommand(named))],
]
const ofRegistry: Operation[] = [
  ['ecr:GetAuthorizationToken', ({ client }) => client.send(new ecr.GetAuthorizationTokenCommand({}))],
  ['ecr:DescribeRegistry', ({ client }) => client.send(new ecr.DescribeRegistryCommand({}))],
]

/** Taking away what is not there is fine; any other failure would leave a policy of the round before in force. */
async function unlessNone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!/^NoSuchEntity|PolicyNotFoundException$/.test((error as Error).name)) throw error
  }
}

/** Whatever else is wrong is found out after the permission. */
async function isLetIn(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'AccessDeniedException') return false
    if (name === 'RepositoryPolicyNotFoundException') return true
    throw new Error(`${name}: ${message}`)
  }
}

class World {
  private readonly sandbox: TestSandbox
  private boundaries = 0

  constructor(sandbox: TestSandbox) {
    this.sandbox = sandbox
  }

  config(keys: Keys) {
    return { endpoint: this.sandbox.awsEndpoint, region, credentials: keys, maxAttempts: 1 }
  }

  private keysOf(id: string): Keys {
    const found = this.sandbox.accounts.find((one) => one.id === id)
    if (!found) throw new Error(`The sandbox has no account ${id}.`)
    return { accessKeyId: found.accessKeyId, secretAccessKey: found.secretAccessKey }
  }

  owner(): ecr.ECRClient {
    return this.client(this.keysOf(own))
  }

  private client(keys: Keys): ecr.ECRClient {
    const client = new ecr.ECRClient(this.config(keys))
    onTestFinished(() => client.destroy())
    return client
  }

  async user(account: string, UserName: string): Promise<Actor> {
    const client = new iam.IAMClient(this.config(this.keysOf(account)))
    onTestFinished(() => client.destroy())
    const Tags = [{ Key: 'team', Value: 'agree' }]
    const { User } = await client.send(new iam.CreateUserCommand({ UserName, Path: '/people/', Tags }))
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }))
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
    const { Arn: arn = '', UserId: id = '' } = User ?? {}
    return {
      caller: { kind: 'user', arn, id, tags: { team: 'agree' } },
      client: this.client(keys),
      put: async (name, text) => {
        if (name === 'own') {
          const PolicyName = 'own'
          return text === undefined
            ? undefined
            : client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: text }))
        }
        const PermissionsBoundary = await this.boundary(client, text)
        return PermissionsBoundary === undefined
          ? unlessNone(client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName })))
          : client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
      },
    }
  }

  async session(account: string, RoleName: string): Promise<Actor> {
    const config = this.config(this.keysOf(account))
    const client = new iam.IAMClient(config)
    const sts = new STSClient(config)
    onTestFinished(() => client.destroy())
    onTestFinished(() => sts.destroy())
    const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    const { Role } = await client.send(
      new iam.CreateRoleCommand({ RoleName, Path: '/ci/', AssumeRolePolicyDocument }),
    )
    const { Arn: arn = '', RoleId: id = '' } = Role ?? {}
    const asked = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'run-7' })
    const { Credentials: got } = await sts.send(asked)
    const keys = {
      accessKeyId: got?.AccessKeyId ?? '',
      secretAccessKey: got?.SecretAccessKey ?? '',
      sessionToken: got?.SessionToken ?? '',
    }
    return {
      caller: { kind: 'role', arn, id, session: 'run-7', tags: {}, sessionTags: {} },
      client: this.client(keys),
      put: async (name, text) => {
        if (name === 'own') {
          const PolicyName = 'own'
          return text === undefined
            ? undefined
            : client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text }))
        }
        const PermissionsBoundary = await this.boundary(client, text)
        return PermissionsBoundary === undefined
          ? unlessNone(client.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName })))
          : client.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
      },
    }
  }

  private async boundary(client: iam.IAMClient, PolicyDocument: string | undefined) {
    if (PolicyDocument === undefined) return undefined
    const PolicyName = `edge-${++this.boundaries}`
    const { Policy } = await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }))
    return Policy?.Arn
  }
}

/** Put in force by somebody whom no policy binds: a random Deny would lock the owner out. */
async function inForce({ sandbox, owner }: Place, actor: Actor, policies: Policies): Promise<void> {
  sandbox.enforceIam(false)
  const { repository: policyText, registry } = policies
  await actor.put('own', policies.identity)
  await actor.put('boundary', policies.boundary)
  await (policyText === undefined
    ? unlessNone(owner.send(new ecr.DeleteRepositoryPolicyCommand({ repositoryName: repository })))
    : owner.send(new ecr.SetRepositoryPolicyCommand({ repositoryName: repository, policyText, force: true })))
  await (registry === undefined
    ? unlessNone(owner.send(new ecr.DeleteRegistryPolicyCommand({})))
    : owner.send(new ecr.PutRegistryPolicyCommand({ policyText: registry })))
  sandbox.enforceIam(true)
}

const text = (name: string, document: string) => ({ name, document })

function textsOf({ identity, boundary, repository: ofIt, registry }: Policies): PolicyTexts {
  return {
    identity: [text('own', identity)],
    ...(boundary !== undefined && { boundary: text('boundary', boundary) }),
    ...(ofIt !== undefined && { repository: text('repository', ofIt) }),
    ...(registry !== undefined && { registry: { ...text('registry', registry), scope: 'V2' as const } }),
  }
}

/** What every request to the sandbox brings along. */
const contextOf = ({ kind }: Caller, now: number): Record<string, string | null> => ({
  'aws:SourceIp': '127.0.0.1',
  'aws:MultiFactorAuthPresent': kind === 'role' ? 'false' : null,
  'aws:ViaAWSService': 'false',
  'aws:CurrentTime': new Date(now).toISOString(),
  'aws:EpochTime': String(Math.floor(now / 1000)),
})

const arn = `arn:aws:ecr:${region}:${own}:repository/${repository}`

interface Place {
  sandbox: TestSandbox
  owner: ecr.ECRClient
}

interface Tally {
  agreed: Record<'allowed' | 'denied' | 'conditional', number>
}

async function compare(actor: Actor, policies: Policies, { now, tally }: { now: number; tally: Tally }) {
  const compiled = compilePolicies(textsOf(policies))
  const isForeign = !('arn' in actor.caller && actor.caller.arn.includes(own))
  for (const [action, call] of isForeign ? ofRepository : [...ofRepository, ...ofRegistry]) {
    const isWide = ofRegistry.some(([name]) => name === action)
    const answer = evaluate(compiled, {
      ...{ caller: actor.caller, action, resource: isWide ? '*' : arn, others: 'absent' as const },
      resourceTags: isWide ? {} : { team: 'agree' },
      context: contextOf(actor.caller, now),
    })
    const really = (await isLetIn(call(actor))) ? 'allowed' : 'denied'
    tally.agreed[answer.decision]++
    if (answer.decision !== 'conditional')
      expect({ action, says: answer.decision, reason: answer.reason }).toEqual({
        ...{ action, says: really, reason: answer.reason },
      })
  }
}

async function prepared() {
  const sandbox = await testSandbox({ seed: 'empty', enforceIam: true })
  const world = new World(sandbox)
  const owner = world.owner()
  const tags = [{ Key: 'team', Value: 'agree' }]
  await owner.send(new ecr.CreateRepositoryCommand({ repositoryName: repository, tags }))
  return { sandbox, world, owner }
}

async function agree(actor: Actor, place: Place, given: Given): Promise<Tally> {
  const tally: Tally = { agreed: { allowed: 0, denied: 0, conditional: 0 } }
  // The clock of the sandbox only matters by years.
  const now = Date.now()
  await fc.assert(
    fc.asyncProperty(given, async (policies) => {
      await inForce(place, actor, policies).catch((error: Error) => {
        throw new Error(`${error.name}: ${error.message}`)
      })
      await compare(actor, policies, { now, tally })
    }),
    { numRuns: Number(process.env['AGREE_RUNS'] ?? 250), ...seed() },
  )
  return tally
}

const seed = () => (process.env['AGREE_SEED'] ? { seed: Number(process.env['AGREE_SEED']) } : {})

const whoever: [string, (world: World) => Promise<Actor>][] = [
  ['a user of the account', (world) => world.user(own, 'ann')],
  ['a session of a role of the account', (world) => world.session(own, 'deploy')],
  ['a user of another account', (world) => world.user(partner, 'bob')],
  ['a session of a role of another account', (world) => world.session(partner, 'puller')],
]

test.each(whoever)('%s: what access says is what the sandbox does', async (_, make) => {
  const place = await prepared()
  const actor = await make(place.world)
  const { agreed } = await agree(
    actor,
    place,
    fc.record({
      identity: identityPolicies,
      boundary: fc.option(identityPolicies, { nil: undefined, freq: 2 }),
      repository: fc.option(resourcePolicies('repository'), { nil: undefined, freq: 4 }),
      registry: fc.option(resourcePolicies('registry'), { nil: undefined, freq: 1 }),
    }),
  )
  const all = agreed.allowed + agreed.denied + agreed.conditional
  // A grammar that lets hardly anybody in, or leaves all in doubt, proves nothing.
  expect(agreed.allowed / all).toBeGreaterThan(0.01)
  expect(agreed.conditional / all).toBeLessThan(0.4)
})
