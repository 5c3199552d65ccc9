import { HoldfastError } from '../core/errors.ts'
import type { ApplyOptions } from './apply.ts'
import type { Door } from './door.ts'
import type { Plan, Step } from './plan.ts'

/** A plan is for one account and Region, and for nothing else. */
export function checkPlace({ registry, simulated }: Plan, door: Door): void {
  const { account, region } = door.place
  const isHere = registry.account === account && registry.region === region
  if (isHere && simulated === door.simulated) return
  if (isHere) throw otherWorld(simulated)
  throw new HoldfastError('plan-refused', {
    what: `The plan is for ${registry.url}, and these credentials are for ecr://${account}/${region}.`,
    next: 'Use the credentials and the Region of the plan: --profile, --region, --role-arn.',
  })
}

/** Account ids may be the same in both. */
function otherWorld(simulated: boolean): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: simulated
      ? 'The plan was made in the sandbox, and this is not the sandbox.'
      : 'The plan was made in AWS, and this is the sandbox.',
    next: 'Look at AWS_ENDPOINT_URL and --endpoint-url, or make the plan again here.',
  })
}

const mostDestructive = 10
const mostOfRepositories = 0.05

/** Before anything is sent: what cannot be undone is confirmed by name, and a mistake stays small. */
export function checkLimits(plan: Plan, chosen: readonly Step[], options: ApplyOptions): void {
  const stray = options.confirmed?.find((name) => !plan.steps.some(({ resource }) => resource === name))
  if (stray !== undefined) throw nothingToConfirm(stray)
  const open = chosen.find((step) => step.irreversible && !options.confirmed?.includes(step.resource))
  if (open && !options.dryRun) throw unconfirmed(open)
  const destructive = chosen.filter(({ risk }) => risk === 'destructive').length
  const most =
    options.max ?? Math.min(mostDestructive, Math.max(1, Math.floor(plan.repositories * mostOfRepositories)))
  if (destructive <= most || options.dryRun) return
  throw new HoldfastError('plan-refused', {
    what: `${destructive} destructive steps, and at most ${most} are done at once.`,
    why: `More than ${mostDestructive}, or more than 5 % of ${plan.repositories} repositories: that may be a mistake.`,
    next: `Look at the plan; then --max ${destructive}, or fewer at a time with --step.`,
  })
}

function unconfirmed({ title, resource, irreversible }: Step): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `There is no way back from: ${title}.`,
    ...(irreversible !== undefined && { why: irreversible }),
    next: `Confirm it by name: --confirm ${resource}`,
  })
}

/** A name with a mistake in it would be no confirmation of what was meant. */
function nothingToConfirm(name: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `No step of the plan is about ${JSON.stringify(name)}, which --confirm names.`,
    next: 'Confirm a step by the name of its resource, as the plan shows it.',
  })
}
