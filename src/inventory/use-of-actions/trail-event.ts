import { parseArn } from '../../core/arn.ts'

/** A call to ECR, of what CloudTrail writes of it only what is needed here (ecr-facts 5.2). */
export interface TrailEvent {
  at: string
  /** As CloudTrail calls it: `PutImage`. With tags a new repository is tagged, too. */
  names: string[]
  region: string
  /** The user, or the role behind a session; `arn:...:root`. */
  by: string
  /** Whose registry. */
  account: string
  /** None: it is about the registry, or about all repositories. */
  repositories: string[]
  denied: boolean
}

type Json = Record<string, unknown>

/**
 * Reads one event. Undefined: of another service, or one that nobody asked for, such as a lifecycle policy at work. Never
 * throws, whatever a file holds.
 */
export function readTrailEvent(event: unknown): TrailEvent | undefined {
  if (!isObject(event) || text(event['eventSource']) !== 'ecr.amazonaws.com') return undefined
  if (text(event['eventType']) === 'AwsServiceEvent') return undefined
  const by = callerOf(event['userIdentity'])
  const at = timeOf(event['eventTime'])
  const name = text(event['eventName'])
  const region = text(event['awsRegion'])
  if (by === undefined || at === undefined || !/^[A-Za-z]{3,60}$/.test(name) || region === '')
    return undefined
  const parameters = objectOf(event['requestParameters'])
  const arns = arnsOf(event['resources'])
  const account =
    accountOf(parameters, arns) ?? (text(event['recipientAccountId']) || (parseArn(by)?.account ?? ''))
  return {
    ...{ at, names: namesOf(name, parameters), region, by, account },
    repositories: repositoriesOf(parameters, arns),
    // Any other error comes after the permission was asked for.
    denied: /^AccessDenied|UnauthorizedOperation$/.test(text(event['errorCode'])),
  }
}

/** A session is of its role; the issuer has the role's path, the session's own ARN has not. */
function callerOf(found: unknown): string | undefined {
  if (typeof found === 'string') return callerInText(found)
  const identity = objectOf(found)
  const issuer = text(objectOf(objectOf(identity['sessionContext'])['sessionIssuer'])['arn'])
  return roleOf(issuer || text(identity['arn']))
}

/** As Athena exports a structure: `{type=IAMUser, arn=arn:..., sessioncontext={..., sessionissuer={..., arn=...}}}`. */
function callerInText(found: string): string | undefined {
  if (found.trimStart().startsWith('{"')) return callerOf(parsed(found))
  const issuer = /sessionissuer=\{[^}]*?\barn=([^,}\s]+)/i.exec(found)?.[1]
  return roleOf(issuer ?? /\barn=([^,}\s]+)/i.exec(found)?.[1] ?? '')
}

function roleOf(arn: string): string | undefined {
  const known = parseArn(arn)
  if (!known) return undefined
  const [kind, role] = known.resource.split('/')
  return kind === 'assumed-role' ? `arn:${known.partition}:iam::${known.account}:role/${role}` : arn
}

function namesOf(name: string, parameters: Json): string[] {
  const tags = parameters['tags']
  const isTagged = name === 'CreateRepository' && Array.isArray(tags) && tags.length > 0
  return isTagged ? [name, 'TagResource'] : [name]
}

function accountOf({ registryId }: Json, arns: readonly string[]): string | undefined {
  if (/^\d{12}$/.test(text(registryId))) return text(registryId)
  return arns.map((arn) => parseArn(arn)?.account).find((account) => account)
}

/** ECR's own grammar of names (ecr-facts 1.5): a star in an event must not become a wildcard in a policy. */
const repositoryName = /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/

function repositoriesOf(
  { repositoryName: one, repositoryNames: several, resourceArn }: Json,
  arns: string[],
) {
  const list = Array.isArray(several) ? several.map(text) : []
  const inArns = [text(resourceArn), ...arns].map((arn) => arn.split(':repository/')[1] ?? '')
  const names = [text(one), ...list, ...inArns].filter((name) => name !== '')
  return [...new Set(names)].filter((name) => name.length <= 256 && repositoryName.test(name))
}

function arnsOf(found: unknown): string[] {
  if (typeof found === 'string')
    return [...found.matchAll(/arn:[a-z-]+:ecr:[^,}\]\s"]+/g)].map(([arn]) => arn)
  if (!Array.isArray(found)) return []
  return found.map((each) => text(objectOf(each)['ARN'] ?? objectOf(each)['arn'])).filter((arn) => arn !== '')
}

function timeOf(found: unknown): string | undefined {
  const time = Date.parse(text(found))
  return Number.isFinite(time) ? new Date(time).toISOString() : undefined
}

function objectOf(found: unknown): Json {
  const value = typeof found === 'string' ? parsed(found) : found
  return isObject(value) ? value : {}
}

/** Exports hold JSON as text. */
function parsed(found: string): unknown {
  try {
    return JSON.parse(found)
  } catch {
    return undefined
  }
}

function isObject(found: unknown): found is Json {
  return typeof found === 'object' && found !== null && !Array.isArray(found)
}

function text(found: unknown): string {
  return typeof found === 'string' ? found : ''
}
