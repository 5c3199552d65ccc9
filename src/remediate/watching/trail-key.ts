import { matchesWildcard } from '../../access/wildcard.ts'
import { asList, type RawStatement, statementsOf, withAdded } from '../policies/document.ts'

type KeyStatement = RawStatement & { Sid: string; Resource: string }

/** The policy of a key, with leave for CloudTrail to encrypt what this one trail writes, where it lacks one. */
export function withTrail(policy: string, trail: string): string {
  const isLet = statementsOf(policy).some(({ statement }) => lets(statement, trail))
  return isLet ? policy : withAdded(policy, leave(trail))
}

function leave(trail: string): KeyStatement {
  return {
    Sid: `CloudTrailEncrypts${(trail.split('/').at(-1) ?? '').replace(/[^A-Za-z0-9]/g, '')}`,
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceArn': trail } },
  }
}

/** A statement without a condition, or for this trail alone. */
function lets({ Effect, Principal, Action, Condition = {} }: RawStatement, trail: string): boolean {
  const services = typeof Principal === 'object' ? asList(Principal['Service']) : []
  const encrypts = asList(Action).some((one) =>
    matchesWildcard(one.toLowerCase(), 'kms:generatedatakeywithoutplaintext'),
  )
  const values = Object.values(Condition).flatMap((keys) => Object.values(keys).flatMap(asList))
  const forIt = values.every((value) => matchesWildcard(value, trail))
  return Effect === 'Allow' && services.includes('cloudtrail.amazonaws.com') && encrypts && forIt
}
