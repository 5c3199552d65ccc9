import type { PolicyAsk } from './ask.ts'
import { kindOf } from './kinds.ts'
import { isPrivateRange } from './ranges.ts'
import { givenByRepository, notGivenByRepository, principalsOf } from './repository-policy.ts'

/** What whoever attaches the policy should know first: what a condition cannot do, and what it breaks. */
export function warningsOf(ask: PolicyAsk): string[] {
  return [
    ...placeWarnings(ask),
    ...networkWarnings(ask),
    ...mfaWarnings(ask),
    ...repositoryWarnings(ask),
    ...(kindOf(ask).warns ?? []),
  ]
}

function* placeWarnings({ place, attachTo, repositories }: PolicyAsk): Generator<string> {
  if (attachTo === 'identity' && place.account === '*')
    yield 'No account is named: repositories of other accounts that let its holder in are meant too. Name it: ecr://ACCOUNT/REGION.'
  else if (attachTo === 'identity' && place.region === '*')
    yield 'No Region is named: the policy is for all of them. Name it: ecr://ACCOUNT/REGION.'
  if (attachTo === 'identity' && repositories.includes('*'))
    yield 'It is for every repository, also those that are still to come.'
}

function* networkWarnings(ask: PolicyAsk): Generator<string> {
  const { vpc, vpce, sourceIp, kind } = ask
  const isThroughEndpoint = vpc.length + vpce.length > 0
  if (isThroughEndpoint)
    yield 'aws:SourceVpc and aws:SourceVpce are there only for calls through a VPC endpoint: being inside the VPC with NAT is not enough. docker needs both endpoints, ecr.api and ecr.dkr, and S3 for the layers.'
  if (vpce.length === 1)
    yield 'Only one endpoint is named: docker logs in through ecr.api and pulls through ecr.dkr, which are two. Name both ids, or use --vpc.'
  if (sourceIp.length > 0 && !sourceIp.some(isPrivateRange))
    yield 'aws:SourceIp does not work through VPC endpoints: a call through one has no public address and is refused. For those, use --vpc, or --vpc with the private range (aws:VpcSourceIp).'
  if ((isThroughEndpoint || sourceIp.length > 0) && downloads(ask))
    yield 'Layers come from S3 by a presigned URL: whoever has one can download that layer from anywhere until it expires, whatever this policy says.'
  if ((isThroughEndpoint || sourceIp.length > 0) && ask.attachTo === 'identity')
    yield 'A service that calls ECR on behalf of its holder comes from no network of yours, and is refused.'
  if (isThroughEndpoint && ask.attachTo === 'identity' && (kind === 'audit' || kind === 'backup'))
    yield 'The condition is on every call: those to other services have to come through endpoints of that VPC too, and IAM has none in most Regions.'
}

function downloads(ask: PolicyAsk): boolean {
  return kindOf(ask).grants.some(({ actions }) => actions.includes('ecr:GetDownloadUrlForLayer'))
}

function* mfaWarnings({ requireMfa, attachTo, principals }: PolicyAsk): Generator<string> {
  if (!requireMfa) return
  yield 'Automation breaks: instance roles, task roles, CI roles and plain access keys have no second factor. Attach it to what people use. The ECR credential helper knows no MFA: docker login needs a token from a session with it.'
  if (attachTo === 'repository' && principals.length > 0)
    yield 'The Deny also binds what their own policies give to the principals that are named.'
}

function* repositoryWarnings(ask: PolicyAsk): Generator<string> {
  const { attachTo, org, vpc, vpce, sourceIp, requireMfa, kind } = ask
  if (attachTo !== 'repository') return
  const left = notGivenByRepository(ask)
  if (left.length > 0)
    yield `A repository policy cannot give ${left.length > 4 ? `${left.length} of the actions` : left.join(', ')}: whoever is let in needs ${left.length > 1 ? 'them' : 'it'} in an identity policy (holdfast access policy ${kind}).`
  if (principalsOf(ask).some(({ account }) => account !== ask.place.account) || org !== undefined)
    yield 'Principals of other accounts need an identity policy in their own account too: both have to allow it.'
  if (
    org !== undefined &&
    principalsOf(ask).length === 0 &&
    (requireMfa || vpc.length + vpce.length + sourceIp.length > 0)
  )
    yield 'The Deny binds everybody of the organization, the account of the repository too.'
  if (givenByRepository(ask).includes('ecr:SetRepositoryPolicy'))
    yield 'Those who are let in may replace this very policy.'
  yield 'ECR replaces the whole policy of a repository: keep the statements that are there, such as that of lambda.amazonaws.com. holdfast access preview says who would lose what.'
}
