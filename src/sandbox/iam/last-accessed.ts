import { createHash } from 'node:crypto'
import { isReading, type SeenCall } from '../cloudtrail/events.ts'
import { invalid, isoSeconds, members, needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import {
  detailsOf,
  findPolicy,
  groupsOf,
  iamOf,
  noSuchEntity,
  rolesOf,
  userArn,
  usersOf,
} from './directory.ts'
import { iamPage } from './page.ts'
import type { AccessJob } from './state.ts'

/** What IAM calls services, of those that a policy of the sandbox may name. */
const serviceNames: Record<string, string> = {
  cloudtrail: 'AWS CloudTrail',
  ecr: 'Amazon Elastic Container Registry',
  ecs: 'Amazon Elastic Container Service',
  iam: 'AWS Identity and Access Management',
  kms: 'AWS Key Management Service',
  lambda: 'AWS Lambda',
  logs: 'Amazon CloudWatch Logs',
  s3: 'Amazon S3',
  sts: 'AWS Security Token Service',
}

/**
 * Starts a report; the first question for it finds it in progress, the next one done. A report is kept as long as the
 * account. Only users and roles are looked at. Assumption: groups and policies are not asked for here.
 */
export function generateServiceLastAccessed({ account, world, input, caller }: QueryCall): Xml {
  const arn = needText(input, 'Arn')
  const granularity = readText(input, 'Granularity') ?? 'SERVICE_LEVEL'
  if (granularity !== 'SERVICE_LEVEL' && granularity !== 'ACTION_LEVEL')
    throw invalid('Granularity must be SERVICE_LEVEL or ACTION_LEVEL.')
  holderOf(account, arn)
  const iam = (account.iam ??= iamOf(account))
  iam.accessJobs ??= {}
  const count = Object.keys(iam.accessJobs).length
  const id = idOf(`${account.id} ${arn} ${count}`)
  iam.accessJobs[id] = { arn, granularity, by: caller.arn, createdAt: world.now(), asked: false }
  return { JobId: id }
}

/** Only whoever asked for the report may see it. */
export function getServiceLastAccessed(call: QueryCall): Xml {
  const { account, input, caller } = call
  const id = needText(input, 'JobId')
  const job = iamOf(account).accessJobs?.[id]
  if (!job || job.by !== caller.arn) throw noSuchEntity(`Job ${id} was not found.`)
  const head = { JobType: job.granularity, JobCreationDate: isoSeconds(job.createdAt) }
  const date = { JobCompletionDate: isoSeconds(job.createdAt) }
  if (!job.asked) {
    job.asked = true
    return { JobStatus: 'IN_PROGRESS', ...head, ...date, ServicesLastAccessed: members([]) }
  }
  const list = servicesOf(account, job)
  const { items, rest } = iamPage(call, list, { list: `access ${id}`, keyOf: ({ namespace }) => namespace })
  return {
    ...{ JobStatus: 'COMPLETED', ...head, ...date, ...rest },
    ServicesLastAccessed: members(items.map(({ xml }) => xml)),
  }
}

interface Holder {
  documents: string[]
  /** What the seed says of its keys. */
  used: { service: string; at: number; region: string }[]
}

function holderOf(account: Account, arn: string): Holder {
  const user = usersOf(account).find((each) => userArn(account, each) === arn)
  const role = rolesOf(account).find((each) => each.arn === arn)
  if (!user && !role) throw noSuchEntity(`ARN ${arn} was not found.`)
  const own = user ?? (role && detailsOf(account, role))
  const groups = groupsOf(account).filter(({ name }) => user?.groups.includes(name))
  const holders = [...(own ? [own] : []), ...groups]
  const documents = holders.flatMap(({ inline, attached }) => [
    ...Object.values(inline),
    ...attached.flatMap((policy) => documentOf(account, policy)),
  ])
  const used = (user?.keys ?? []).flatMap(({ lastUsed }) => lastUsed ?? [])
  return { documents, used }
}

function documentOf(account: Account, arn: string): string[] {
  const policy = findPolicy(account, arn)
  return (
    policy?.versions.filter(({ id }) => id === policy.defaultVersion).map(({ document }) => document) ?? []
  )
}

/** Those that its policies name; everything means everything that has a name here. */
function servicesOf(account: Account, { arn, granularity }: AccessJob) {
  const { documents, used } = holderOf(account, arn)
  const text = documents.join('\n')
  const all = /"(Not)?Action":\s*\[?\s*"\*"|"NotAction"/.test(text)
  return Object.keys(serviceNames)
    .filter((namespace) => all || text.includes(`"${namespace}:`))
    .map((namespace) => {
      const calls = namespace === 'ecr' ? callsOf(account, arn) : []
      const last = latest([...calls, ...used.filter(({ service }) => service === namespace)])
      return {
        namespace,
        xml: serviceXml(namespace, { arn, last, calls: granularity === 'ACTION_LEVEL' ? calls : [] }),
      }
    })
}

type Call = SeenCall & { region: string }

function callsOf(account: Account, arn: string): Call[] {
  return Object.entries(account.cloudtrail ?? {}).flatMap(([region, { history }]) =>
    (history?.calls ?? []).filter(({ caller }) => isBy(caller.arn, arn)).map((each) => ({ ...each, region })),
  )
}

/** A session is of its role. */
function isBy(caller: string, arn: string): boolean {
  const [, session] = caller.split(':assumed-role/')
  if (session === undefined) return caller === arn
  return arn.endsWith(`/${session.split('/')[0]}`) && arn.includes(':role/')
}

function latest<T extends { at: number }>(list: readonly T[]): T | undefined {
  return list.reduce<T | undefined>((last, each) => (last && last.at >= each.at ? last : each), undefined)
}

interface Seen {
  arn: string
  last: { at: number; region: string } | undefined
  calls: readonly Call[]
}

/** Of actions, those that change something are told of, and only those that were tried. */
function serviceXml(namespace: string, { arn, last, calls }: Seen): Xml {
  const changing = calls.filter((call) => !isReading(call))
  const names = [...new Set(changing.map(({ name }) => name))].sort()
  const actions = names.map((ActionName) => {
    const call = latest(changing.filter(({ name }) => name === ActionName))
    return {
      ...{ ActionName, LastAccessedEntity: arn, LastAccessedRegion: call?.region },
      LastAccessedTime: isoSeconds(call?.at ?? 0),
    }
  })
  return {
    ...{ ServiceName: serviceNames[namespace], ServiceNamespace: namespace },
    TotalAuthenticatedEntities: last ? 1 : 0,
    ...(last && {
      LastAuthenticated: isoSeconds(last.at),
      ...{ LastAuthenticatedEntity: arn, LastAuthenticatedRegion: last.region },
    }),
    ...(actions.length > 0 && { TrackedActionsLastAccessed: members(actions) }),
  }
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
