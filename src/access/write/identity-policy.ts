import type { PolicyAsk } from './ask.ts'
import { type GrantPlace, kindOf, type PolicyGrant } from './kinds.ts'
import { allowWhen, oneOrMany, restrictionsOf } from './restrictions.ts'
import { type PolicyDocument, repositoryPattern, sorted, type WrittenStatement } from './statements.ts'

const names: Record<GrantPlace, string> = {
  registry: 'Registry',
  'all-repositories': 'ListRepositories',
  repositories: 'Repositories',
  keys: 'Keys',
  neighbours: 'Neighbours',
}

/**
 * Conditions are on the Allow, with operators that an absent key fails: what does not meet them is not allowed, and
 * no other policy of whoever has it is touched.
 */
export function identityPolicy(ask: PolicyAsk): PolicyDocument {
  const Condition = allowWhen(restrictionsOf(ask))
  const Statement = kindOf(ask).grants.map((grant): WrittenStatement => {
    const isToken = grant.actions.join() === 'ecr:GetAuthorizationToken'
    const when = grant.viaEcr ? viaEcr(ask) : Condition
    return {
      Sid: isToken ? 'Token' : names[grant.on],
      Effect: 'Allow',
      Action: oneOrMany(sorted(grant.actions)),
      Resource: resourcesOf(grant, ask),
      ...(when && { Condition: when }),
    }
  })
  return { Version: '2012-10-17', Statement }
}

function resourcesOf({ on }: PolicyGrant, { place, repositories }: PolicyAsk): string | readonly string[] {
  if (on === 'repositories')
    return oneOrMany([...new Set(repositories)].map((glob) => repositoryPattern(place, glob)))
  if (on === 'all-repositories') return repositoryPattern(place, '*')
  // A key may belong to another account than the registry (ecr-facts 7).
  if (on === 'keys') return `arn:${place.partition}:kms:${place.region}:*:key/*`
  return '*'
}

/** What ECR asks of a key for its caller comes from no network of the caller's. The end differs in China. */
function viaEcr({ place: { region } }: PolicyAsk) {
  return { StringLike: { 'kms:ViaService': `ecr.${region}.*` } }
}
