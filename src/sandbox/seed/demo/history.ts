import { rememberCall, type SeenCall } from '../../cloudtrail/events.ts'
import type { Account } from '../../world.ts'
import { day, home, idOf, main } from '../neighbours/identity.ts'

type Who = SeenCall['caller']

const publisher: Who = {
  arn: `arn:aws:iam::${main}:user/ci-publisher`,
  userId: idOf('AIDA', 'ci-publisher'),
  accessKeyId: 'AKIAHOLDFASTDEMO0011',
}

function session(role: string, name: string): Who {
  return {
    arn: `arn:aws:sts::${main}:assumed-role/${role}/${name}`,
    userId: `${idOf('AROA', role)}:${name}`,
    accessKeyId: 'ASIAHOLDFASTDEMO0021',
  }
}

interface Habit {
  who: Who
  /** Days ago, the oldest first. */
  days: readonly number[]
  calls: readonly [name: string, repository?: string][]
  denied?: boolean
}

const pushing = [
  'BatchCheckLayerAvailability',
  'InitiateLayerUpload',
  'UploadLayerPart',
  'CompleteLayerUpload',
]
const push = (repository: string): Habit['calls'] => [
  ['GetAuthorizationToken'],
  ...[...pushing, 'PutImage'].map((name): [string, string] => [name, repository]),
]

/** Far less than they may do: what they may, and what they did, is for `access minimize` to compare. */
const habits: readonly Habit[] = [
  { who: publisher, days: [76, 55, 34, 13, 1], calls: push('shop/api') },
  { who: publisher, days: [62, 20], calls: push('shop/web') },
  { who: publisher, days: [41], calls: [['DescribeImages', 'shop/api']] },
  // Somebody tried, with the key of the pipeline.
  { who: publisher, days: [8], calls: [['DeleteRepository', 'legacy/reports']], denied: true },
  { who: session('shop-deploy', 'deploy-4711'), days: [69, 27, 6], calls: push('shop/api') },
  {
    who: session('ecr-cleanup', 'ecr-cleanup'),
    days: [70, 40, 10],
    calls: [['DescribeRepositories'], ['ListImages', 'shop/web'], ['BatchDeleteImage', 'shop/web']],
  },
]

/** What happened in the last weeks, by hand: the registry was filled by other means. */
export function plantDemoHistory(account: Account, now: number): void {
  const calls = habits.flatMap((habit) => habit.days.flatMap((ago) => callsOf(habit, now - ago * day)))
  calls.sort((one, other) => one.at - other.at)
  for (const call of calls) rememberCall(account, home, call)
}

function callsOf({ who, calls, denied = false }: Habit, at: number): Omit<SeenCall, 'number'>[] {
  return calls.map(([name, repositoryName], nth) => ({
    ...{ at: at + nth * 1000, source: 'ecr.amazonaws.com', name, caller: who },
    parameters: denied ? null : repositoryName ? { registryId: main, repositoryName } : {},
    ...(denied && { error: deniedError(who, name, repositoryName ?? '') }),
  }))
}

function deniedError({ arn }: Who, name: string, repository: string): NonNullable<SeenCall['error']> {
  const resource = `arn:aws:ecr:${home}:${main}:repository/${repository}`
  const message = `User: ${arn} is not authorized to perform: ecr:${name} on resource: ${resource} with an explicit deny in a service control policy`
  return { code: 'AccessDenied', message }
}
