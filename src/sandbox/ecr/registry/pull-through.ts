import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { invalidParameter, limitExceeded } from '../errors.ts'
import { pageOf, refusePaging } from '../input/page.ts'
import { type Members, needText, readText, readTexts } from '../input/read.ts'
import { seconds } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { upstreamOf } from './upstream.ts'

const mostRules = 50
const prefixRule = {
  min: 2,
  max: 30,
  pattern: /^((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/?|ROOT)$/,
}

/** Stored and never acted upon: the sandbox has no upstream (ecr-facts 2.7). */
export const createPullThroughCacheRule: EcrOperation = ({ world, registry, input }) => {
  const prefix = needText(input, 'ecrRepositoryPrefix', prefixRule)
  const rule = {
    ecrRepositoryPrefix: prefix,
    ...upstreamOf(input),
    ...readUpstreamPrefix(input, prefix),
    ...readCredentials(input),
  }
  if (Object.hasOwn(registry.pullThroughRules, prefix))
    throw new AwsError(
      'PullThroughCacheRuleAlreadyExistsException',
      `A pull through cache rule already exists for the prefix '${prefix}'`,
    )
  if (Object.keys(registry.pullThroughRules).length >= mostRules)
    throw limitExceeded(`The registry has ${mostRules} pull through cache rules already.`)
  registry.pullThroughRules[prefix] = { ...rule, createdAt: world.now() }
  return document(registry, prefix)
}

/** Nothing but the way to sign in can change; the rest needs a new rule (ecr-facts 2.1). */
export const updatePullThroughCacheRule: EcrOperation = ({ world, registry, input }) => {
  const prefix = needText(input, 'ecrRepositoryPrefix', prefixRule)
  document(registry, prefix)
  const credentials = readCredentials(input)
  registry.pullThroughRules[prefix] = {
    ...registry.pullThroughRules[prefix],
    ...credentials,
    updatedAt: world.now(),
  }
  const {
    upstreamRegistryUrl: _,
    upstreamRegistry: __,
    createdAt: ___,
    ...answer
  } = document(registry, prefix)
  return answer
}

export const deletePullThroughCacheRule: EcrOperation = ({ registry, input }) => {
  const prefix = needText(input, 'ecrRepositoryPrefix', prefixRule)
  const { upstreamRegistry: _, updatedAt: __, ...answer } = document(registry, prefix)
  delete registry.pullThroughRules[prefix]
  return answer
}

export const describePullThroughCacheRules: EcrOperation = (call) => {
  const { registry } = call
  const prefixes = readTexts(call.input, 'ecrRepositoryPrefixes', {
    ...prefixRule,
    items: { min: 1, max: 100 },
  })
  if (prefixes) {
    refusePaging(call, 'ecrRepositoryPrefixes')
    return { pullThroughCacheRules: prefixes.map((prefix) => document(registry, prefix)) }
  }
  const { items, ...rest } = pageOf(call, Object.keys(registry.pullThroughRules).sort(), {
    operation: 'DescribePullThroughCacheRules',
    default: 100,
    most: 1000,
    keyOf: (prefix) => prefix,
  })
  return { pullThroughCacheRules: items.map((prefix) => document(registry, prefix)), ...rest }
}

function document(registry: Registry, prefix: string): Members {
  const rule = Object.hasOwn(registry.pullThroughRules, prefix)
    ? registry.pullThroughRules[prefix]
    : undefined
  if (!rule)
    throw new AwsError(
      'PullThroughCacheRuleNotFoundException',
      `The pull through cache rule with the prefix '${prefix}' does not exist in the registry with id '${registry.account}'`,
    )
  const { createdAt, updatedAt, ...rest } = rule
  return {
    ...rest,
    registryId: registry.account,
    createdAt: seconds(Number(createdAt)),
    ...(updatedAt !== undefined && { updatedAt: seconds(Number(updatedAt)) }),
  }
}

function readUpstreamPrefix(input: Members, prefix: string) {
  const upstreamRepositoryPrefix = readText(input, 'upstreamRepositoryPrefix', prefixRule) ?? 'ROOT'
  if (prefix === 'ROOT' && upstreamRepositoryPrefix !== 'ROOT')
    throw invalidParameter('upstreamRepositoryPrefix', 'It must be ROOT when the repository prefix is ROOT')
  return { upstreamRepositoryPrefix }
}

function readCredentials(input: Members) {
  const credentialArn = readText(input, 'credentialArn', {
    min: 50,
    max: 612,
    pattern:
      /^arn:aws[a-z-]*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/,
  })
  const customRoleArn = readText(input, 'customRoleArn', { max: 2048 })
  return {
    ...(credentialArn !== undefined && { credentialArn }),
    ...(customRoleArn !== undefined && { customRoleArn }),
  }
}
