import { AwsError } from '../../http.ts'
import { limitExceeded } from '../errors.ts'
import { pageOf } from '../input/page.ts'
import { needText } from '../input/read.ts'
import { seconds } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'

const mostExclusions = 100
const principal = { max: 200, pattern: /^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/-]+$/ }

/** Principals whose pulls do not move the last pull time (ecr-facts 2.13). */
export const registerPullTimeUpdateExclusion: EcrOperation = ({ world, registry, input }) => {
  const principalArn = needText(input, 'principalArn', principal)
  const { pullTimeExclusions } = registry
  if (Object.hasOwn(pullTimeExclusions, principalArn))
    throw new AwsError('ExclusionAlreadyExistsException', `The exclusion of ${principalArn} exists already.`)
  if (Object.keys(pullTimeExclusions).length >= mostExclusions)
    throw limitExceeded(`There are ${mostExclusions} exclusions already.`)
  const createdAt = (pullTimeExclusions[principalArn] = world.now())
  return { principalArn, createdAt: seconds(createdAt) }
}

export const deregisterPullTimeUpdateExclusion: EcrOperation = ({ registry, input }) => {
  const principalArn = needText(input, 'principalArn', principal)
  if (!Object.hasOwn(registry.pullTimeExclusions, principalArn))
    throw new AwsError('ExclusionNotFoundException', `There is no exclusion of ${principalArn}.`)
  delete registry.pullTimeExclusions[principalArn]
  return { principalArn }
}

export const listPullTimeUpdateExclusions: EcrOperation = (call) => {
  const { items, ...rest } = pageOf(call, Object.keys(call.registry.pullTimeExclusions).sort(), {
    operation: 'ListPullTimeUpdateExclusions',
    default: 100,
    most: 1000,
    keyOf: (arn) => arn,
  })
  return { pullTimeUpdateExclusions: items, ...rest }
}
