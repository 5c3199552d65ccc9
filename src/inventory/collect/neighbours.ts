import { allSettled } from '../../core/parallel.ts'
import { answer } from '../answer.ts'
import type { Answer, Inventory } from '../inventory.ts'
import type { EventRule, EventTarget, ImageUse, LambdaFunction, Schedule } from '../neighbours.ts'
import type { Surroundings } from '../not-collected.ts'
import { collectAlarms } from './alarms.ts'
import { collectCredentials } from './credentials.ts'
import { collectEventRules } from './events.ts'
import { collectFunctions } from './functions.ts'
import { collectIdentities } from './identities.ts'
import { collectLogGroups, collectMetricFilters } from './logs.ts'
import { collectPublicRepositories } from './public-repositories.ts'
import { collectPulls } from './pulls.ts'
import type { Asking } from './question.ts'
import { collectSchedules } from './schedules.ts'
import { collectTopics } from './topics.ts'
import { collectTrails } from './trails.ts'
import { collectAppRunnerUses } from './uses/app-runner.ts'
import { collectBatchUses } from './uses/batch.ts'
import { collectEcsUses } from './uses/ecs.ts'
import { parseUse } from './uses/reference.ts'
import { collectSageMakerUses } from './uses/sagemaker.ts'
import { collectVpcEndpoints } from './vpc-endpoints.ts'

type Neighbours = Omit<Surroundings, 'pullThroughRules' | 'templates' | 'accountSettings' | 'signing'>

/** What is the same in every Region of an account: asked for once, by whoever comes first. */
export interface SharedAnswers {
  identities?: Promise<Inventory['identities']>
  credentials?: Promise<Inventory['credentials']>
  publicRepositories?: Promise<Inventory['publicRepositories']>
}

/** What surrounds the registry. Each service is asked on its own: one that refuses leaves only its own part unknown. */
export async function collectNeighbours(
  asking: Asking,
  repositories: readonly string[],
  shared: SharedAnswers = {},
): Promise<Neighbours> {
  const first = await collectIndependent(asking, repositories, shared)
  const scheduled = scheduledTargets(first.eventRules, first.schedules)
  const started = new Set(scheduled.map(({ target }) => target.arn))
  const functions = await answer('lambda:ListFunctions', collectFunctions(asking, started))
  const trailGroups = ok(first.trails).flatMap(({ logGroup }) => logGroup ?? [])
  const groups = [...trailGroups, ...functionGroups(asking, functions, started)]
  const regions = [asking.aws.region, ...trailGroups.map(regionOf)]
  const [alarms, metricFilters, logGroups, uses] = await allSettled([
    answer('cloudwatch:DescribeAlarms', collectAlarms(asking, regions)),
    answer('logs:DescribeMetricFilters', collectMetricFilters(asking, trailGroups)),
    answer('logs:DescribeLogGroups', collectLogGroups(asking, groups)),
    collectUses(asking, scheduled, functions),
  ])
  const told = [
    ...ok(alarms).flatMap(({ actions }) => actions),
    ...ok(first.eventRules).flatMap(({ targets }) => targets.map(({ arn }) => arn)),
  ]
  const topics = await collectTopics(asking, told)
  return { ...first, functions, alarms, metricFilters, logGroups, uses, topics }
}

/** Only what runs images, for those who need nothing else of the neighbours. */
export async function collectImageUses(asking: Asking): Promise<Inventory['uses']> {
  const [eventRules, schedules] = await allSettled([
    answer('events:ListRules', collectEventRules(asking)),
    answer('scheduler:ListSchedules', collectSchedules(asking)),
  ])
  const scheduled = scheduledTargets(eventRules, schedules)
  const started = new Set(scheduled.map(({ target }) => target.arn))
  const functions = await answer('lambda:ListFunctions', collectFunctions(asking, started))
  return collectUses(asking, scheduled, functions)
}

/** What can be asked without knowing any of the rest. */
async function collectIndependent(asking: Asking, repositories: readonly string[], shared: SharedAnswers) {
  shared.identities ??= answer('iam:GetAccountAuthorizationDetails', collectIdentities(asking))
  shared.credentials ??= answer('iam:GetCredentialReport', collectCredentials(asking))
  shared.publicRepositories ??= answer('ecr-public:DescribeRepositories', collectPublicRepositories(asking))
  const [identities, credentials, trails, eventRules, schedules, vpcEndpoints, publicRepositories, pulls] =
    await allSettled([
      shared.identities,
      shared.credentials,
      answer('cloudtrail:DescribeTrails', collectTrails(asking)),
      answer('events:ListRules', collectEventRules(asking)),
      answer('scheduler:ListSchedules', collectSchedules(asking)),
      answer('ec2:DescribeVpcEndpoints', collectVpcEndpoints(asking)),
      shared.publicRepositories,
      answer('cloudwatch:GetMetricData', collectPulls(asking, repositories)),
    ])
  return { identities, credentials, trails, eventRules, schedules, vpcEndpoints, publicRepositories, pulls }
}

interface Scheduled {
  by: string
  target: EventTarget
}

/** What rules and schedules start by the clock; also switched-off ones, which can be switched on again. */
function scheduledTargets(rules: Answer<EventRule[]>, schedules: Answer<Schedule[]>): Scheduled[] {
  return [
    ...ok(rules).flatMap(({ arn, targets }) => targets.map((target) => ({ by: arn, target }))),
    ...ok(schedules).map(({ arn, target }) => ({ by: arn, target })),
  ]
}

/** Log groups of the functions that something starts by itself. */
function functionGroups(
  { partition, account, aws }: Asking,
  functions: Answer<LambdaFunction[]>,
  started: ReadonlySet<string>,
): string[] {
  return ok(functions)
    .filter(({ arn }) => started.has(arn))
    .map(({ logGroup }) => `arn:${partition}:logs:${aws.region}:${account}:log-group:${logGroup}`)
}

async function collectUses(
  asking: Asking,
  scheduled: readonly Scheduled[],
  functions: Answer<LambdaFunction[]>,
): Promise<Inventory['uses']> {
  const tasks = scheduled.flatMap(({ by, target: { taskDefinition } }) =>
    taskDefinition ? [{ by, taskDefinition }] : [],
  )
  const [ecs, appRunner, batch, sagemaker] = await allSettled([
    answer('ecs:DescribeTaskDefinition', collectEcsUses(asking, tasks)),
    answer('apprunner:ListServices', collectAppRunnerUses(asking)),
    answer('batch:DescribeJobDefinitions', collectBatchUses(asking)),
    answer('sagemaker:ListModels', collectSageMakerUses(asking)),
  ])
  return { ecs, lambda: functionUses(asking, functions), 'app-runner': appRunner, batch, sagemaker }
}

function functionUses({ account, aws }: Asking, functions: Answer<LambdaFunction[]>): Answer<ImageUse[]> {
  if ('error' in functions) return functions
  const uses = functions.ok.flatMap(({ arn, image = '' }): ImageUse[] => {
    const found = parseUse(image, { account, region: aws.region })
    return found ? [{ source: 'lambda', by: arn, what: 'function', ...found }] : []
  })
  return { ok: uses }
}

function regionOf(arn: string): string {
  return arn.split(':')[3] ?? ''
}

/** What an answer holds; nothing when it is missing, which its own member says. */
function ok<T>(found: Answer<T[]>): T[] {
  return 'ok' in found ? found.ok : []
}
