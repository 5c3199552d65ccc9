import { isRegistryWide } from '../action-scope.ts'
import type { PolicyAsk } from './ask.ts'
import { kindOf } from './kinds.ts'
import { readPrincipal, type WrittenPrincipal } from './principals.ts'
import { allowWhen, block, oneOrMany, type Restriction, restrictionsOf } from './restrictions.ts'
import { type PolicyDocument, sorted, type WrittenStatement } from './statements.ts'

/**
 * No statement has a Resource: it is the repository (ecr-facts 6.3). The Allow carries the conditions; a Deny for each
 * of them is about the same principals and actions, since in one account an identity policy would let them in anyway.
 */
export function repositoryPolicy(ask: PolicyAsk): PolicyDocument {
  const restrictions = restrictionsOf(ask)
  const Action = oneOrMany(sorted(givenByRepository(ask)))
  const Condition = allowWhen(restrictions)
  const Principal = principalElement(ask)
  const allow: WrittenStatement = {
    ...{ Sid: `${ask.kind.charAt(0).toUpperCase()}${ask.kind.slice(1)}`, Effect: 'Allow', Principal, Action },
    ...(Condition && { Condition }),
  }
  const denies = restrictions.flatMap(({ key, deny }): WrittenStatement[] =>
    deny ? [{ Sid: deny.sid, Effect: 'Deny', Principal, Action, Condition: denyWhen(ask, key, deny) }] : [],
  )
  return { Version: '2012-10-17', Statement: [allow, ...denies] }
}

/**
 * AWS services that act for the principals are spared (ecr-facts 6.2). Assumption: such a call has one of the two keys
 * with the value `true`, and a direct one has `false` or neither.
 */
function denyWhen(ask: PolicyAsk, key: string, deny: NonNullable<Restriction['deny']>) {
  const { org, principals } = ask
  const service = ['aws:ViaAWSService', 'aws:PrincipalIsAWSService'].map((spared) => ({
    ...{ operator: 'BoolIfExists', key: spared, values: ['false'] },
  }))
  // Everybody is named then: without this it would be about everybody.
  const members = {
    operator: 'StringEquals',
    key: 'aws:PrincipalOrgID',
    values: org === undefined ? [] : [org],
  }
  return block([
    { ...deny, key },
    ...(org !== undefined && principals.length === 0 ? [members] : []),
    ...service,
  ])
}

function principalElement(ask: PolicyAsk): NonNullable<WrittenStatement['Principal']> {
  const arns = principalsOf(ask).map(({ arn }) => arn)
  return arns.length === 0 ? '*' : { AWS: oneOrMany([...new Set(arns)]) }
}

/** Checked before. */
export function principalsOf({ principals, place }: PolicyAsk): WrittenPrincipal[] {
  return principals.flatMap((text) => {
    const found = readPrincipal(text, place.partition)
    return 'wrong' in found ? [] : [found]
  })
}

export function givenByRepository(ask: PolicyAsk): string[] {
  return allOf(ask).filter(isGivable)
}

/** What somebody needs beside a repository policy. */
export function notGivenByRepository(ask: PolicyAsk): string[] {
  return sorted(allOf(ask).filter((action) => !isGivable(action)))
}

function allOf(ask: PolicyAsk): string[] {
  return kindOf(ask).grants.flatMap(({ actions }) => actions)
}

/** There is no repository to have a policy before it is made; nothing else is about one (ecr-facts 6.1, 6.3). */
function isGivable(action: string): boolean {
  const name = action.toLowerCase()
  return name.startsWith('ecr:') && !isRegistryWide(name) && name !== 'ecr:createrepository'
}
