import { createHash } from 'node:crypto'
import { AwsError } from '../http.ts'
import { invalid, needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { checkDocument } from './changes.ts'
import { iamOf, needPolicy, noSuchEntity, usesOf } from './directory.ts'
import { policyDocument, versionDocument } from './documents.ts'
import { iamList } from './page.ts'
import type { ManagedPolicy } from './state.ts'

const longest = 6144
const mostVersions = 5

export function createPolicy(call: QueryCall): Xml {
  const { account, input, world } = call
  if (input.has('Tags.member.1.Key')) throw notHere('CreatePolicy with Tags')
  const name = needText(input, 'PolicyName')
  if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw invalid('The specified value for policyName is invalid.')
  const path = readText(input, 'Path') ?? '/'
  if (!/^\/([!-~]+\/)?$/.test(path)) throw invalid('The specified value for path is invalid.')
  const document = newDocument(input)
  const arn = `arn:aws:iam::${account.id}:policy${path}${name}`
  const iam = (account.iam ??= iamOf(account))
  if (Object.values(iam.policies).some((policy) => policy.name === name))
    throw new AwsError('EntityAlreadyExists', `A policy called ${name} already exists.`, { status: 409 })
  const description = readText(input, 'Description')
  const createdAt = world.now()
  const id = createHash('sha256').update(`${arn} ${createdAt}`).digest('hex').slice(0, 17).toUpperCase()
  const policy: ManagedPolicy = {
    name,
    id: `ANPA${id}`,
    arn,
    path,
    ...(description !== undefined && { description }),
    createdAt,
    versions: [{ id: 'v1', document, createdAt }],
    defaultVersion: 'v1',
  }
  iam.policies = { ...iam.policies, [arn]: policy }
  return { Policy: policyDocument(account, policy) }
}

function newDocument(input: URLSearchParams): string {
  const document = needText(input, 'PolicyDocument')
  checkDocument(document, 'identity')
  if (document.replace(/\s/g, '').length <= longest) return document
  throw limit(`Cannot exceed quota for PolicySize: ${longest}`)
}

/** The number of a version is never given twice. */
export function createPolicyVersion(call: QueryCall): Xml {
  const policy = ownPolicy(call)
  const document = newDocument(call.input)
  if (policy.versions.length >= mostVersions)
    throw limit(`A managed policy can have up to ${mostVersions} versions.`)
  const numbers = policy.versions.map(({ id }) => Number(id.slice(1)))
  const number = Math.max(policy.lastVersion ?? 0, ...numbers) + 1
  const version = { id: `v${number}`, document, createdAt: call.world.now() }
  policy.lastVersion = number
  policy.versions = [...policy.versions, version]
  if (readText(call.input, 'SetAsDefault') === 'true') policy.defaultVersion = version.id
  const { Document: _, ...shown } = versionDocument(policy, version)
  return { PolicyVersion: shown }
}

export function setDefaultPolicyVersion(call: QueryCall): Xml {
  const policy = ownPolicy(call)
  policy.defaultVersion = needVersion(policy, call.input)
  return undefined
}

export function deletePolicyVersion(call: QueryCall): Xml {
  const policy = ownPolicy(call)
  const id = needVersion(policy, call.input)
  if (id === policy.defaultVersion) throw conflict('Cannot delete the default version of a policy.')
  policy.versions = policy.versions.filter((each) => each.id !== id)
  return undefined
}

/** Nobody may have it, and it may have no version but the default one. */
export function deletePolicy(call: QueryCall): Xml {
  const { account } = call
  const { arn, versions } = ownPolicy(call)
  const { attached, boundary } = usesOf(account, arn)
  if (attached + boundary > 0) throw conflict('Cannot delete a policy attached to entities.')
  if (versions.length > 1)
    throw conflict(
      'This policy has more than one version. Before you delete a policy, you must delete the others.',
    )
  const iam = (account.iam ??= iamOf(account))
  const { [arn]: _, ...others } = iam.policies
  iam.policies = others
  return undefined
}

/** The newest first. */
export function listPolicyVersions(call: QueryCall): Xml {
  const policy = needPolicy(call.account, needText(call.input, 'PolicyArn'))
  const rank = (id: string) => String(1_000_000 - Number(id.slice(1)))
  const versions = [...policy.versions].sort((a, b) => (rank(a.id) < rank(b.id) ? -1 : 1))
  return iamList(call, versions, {
    list: `ListPolicyVersions ${policy.arn}`,
    member: 'Versions',
    keyOf: ({ id }) => rank(id),
    show: (version) => {
      const { Document: _, ...shown } = versionDocument(policy, version)
      return shown
    },
  })
}

function needVersion({ arn, versions }: ManagedPolicy, input: URLSearchParams): string {
  const id = needText(input, 'VersionId')
  if (!/^v[1-9]\d*$/.test(id)) throw invalid(`The specified value for versionId is invalid: ${id}`)
  if (versions.some((each) => each.id === id)) return id
  throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`)
}

/** Assumption: AWS's own policies are refused as if they were another account's. */
function ownPolicy({ account, caller, input }: QueryCall): ManagedPolicy {
  const policy = needPolicy(account, needText(input, 'PolicyArn'))
  const own = Object.hasOwn(iamOf(account).policies, policy.arn)
    ? iamOf(account).policies[policy.arn]
    : undefined
  if (own) return own
  const text = `User: ${caller.arn} is not authorized to perform: iam:${input.get('Action')} on resource: policy ${policy.arn}`
  throw new AwsError('AccessDenied', text, { status: 403 })
}

function limit(message: string): AwsError {
  return new AwsError('LimitExceeded', message, { status: 409 })
}

function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, { status: 409 })
}

function notHere(what: string): AwsError {
  return new AwsError('NotImplementedInSandbox', `iam: ${what} is not simulated.`, { status: 501 })
}
