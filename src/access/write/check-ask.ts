import { HoldfastError } from '../../core/errors.ts'
import type { PolicyAsk } from './ask.ts'
import { readPrincipal } from './principals.ts'
import { isPrivateRange, readRange } from './ranges.ts'

interface Refusal {
  what: string
  why?: string
  next: string
}

/** Throws `usage` for what cannot be written, or would not restrict what it seems to. */
export function checkAsk(ask: PolicyAsk): void {
  const refused = [...repositories(ask), ...place(ask), ...networks(ask), ...addresses(ask), ...whom(ask)]
  if (refused[0]) throw new HoldfastError('usage', refused[0])
}

function* repositories({ repositories: globs }: PolicyAsk): Generator<Refusal> {
  if (globs.length === 0)
    yield {
      what: 'Nothing says for which repositories.',
      next: "Give --repository 'shop/*'; for all of them, --repository '*'.",
    }
  for (const glob of globs)
    if (!/^[a-z0-9*][a-z0-9._/*-]{0,255}$/.test(glob))
      yield {
        what: `No repository can match ${JSON.stringify(glob)}.`,
        why: 'Names have lower-case letters, digits, and . _ - /; a star stands for any characters.',
        next: "Give a name or a pattern, such as --repository 'shop/*'.",
      }
}

function* place({ place: { account, region } }: PolicyAsk): Generator<Refusal> {
  if (account !== '*' && !/^\d{12}$/.test(account))
    yield { what: `${JSON.stringify(account)} is no account id.`, next: 'Give twelve digits.' }
  if (region !== '*' && !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region))
    yield { what: `${JSON.stringify(region)} is no Region.`, next: 'Give one such as eu-west-1.' }
}

function* networks({ vpc, vpce }: PolicyAsk): Generator<Refusal> {
  const named = [...vpc.map((id) => [id, 'vpc'] as const), ...vpce.map((id) => [id, 'vpce'] as const)]
  for (const [id, kind] of named)
    if (!new RegExp(`^${kind}-[0-9a-z]{1,40}$`).test(id))
      yield {
        what: `${JSON.stringify(id)} is no id of ${kind === 'vpc' ? 'a VPC' : 'a VPC endpoint'}.`,
        next: `Give one such as --${kind} ${kind}-0123456789abcdef0.`,
      }
}

function* addresses({ sourceIp, vpc, vpce }: PolicyAsk): Generator<Refusal> {
  for (const text of sourceIp) {
    const range = readRange(text)
    if (!range)
      yield { what: `${JSON.stringify(text)} is no address range.`, next: 'Give one such as 203.0.113.0/24.' }
    else if (range.prefix === 0)
      yield { what: `${text} is every address there is: it restricts nothing.`, next: 'Give your own range.' }
  }
  const inside = sourceIp.filter(isPrivateRange)
  const throughEndpoint = vpc.length + vpce.length > 0
  if (inside.length > 0 && inside.length < sourceIp.length)
    yield {
      what: 'Public and private ranges cannot be one condition.',
      why: 'A call has a public address (aws:SourceIp), or comes through an endpoint (aws:VpcSourceIp).',
      next: 'Write two policies.',
    }
  if (inside.length > 0 && !throughEndpoint)
    yield {
      what: `${inside[0]} is a private range: ECR never sees such an address from the internet.`,
      why: 'Behind NAT it sees the address of the gateway; through a VPC endpoint, aws:VpcSourceIp.',
      next: 'Give the public range, or --vpc ID with it for calls through endpoints.',
    }
  if (inside.length < sourceIp.length && throughEndpoint)
    yield {
      what: '--source-ip with a public range and --vpc or --vpce never hold together: nobody would be let in.',
      why: 'A call through a VPC endpoint has no public address (no aws:SourceIp).',
      next: 'Choose one; or give the private range of the VPC.',
    }
}

function* whom(ask: PolicyAsk): Generator<Refusal> {
  const { attachTo, principals, org, place: home } = ask
  if (org !== undefined && !/^o-[a-z0-9]{10,32}$/.test(org))
    yield { what: `${JSON.stringify(org)} is no organization.`, next: 'Give its id, such as o-a1b2c3d4e5.' }
  if (attachTo === 'identity') yield* onlyForRepositories(ask)
  else if (principals.length === 0 && org === undefined)
    yield { what: 'Nothing says whom the repository lets in.', next: 'Give --principal ARN, or --org o-…' }
  for (const text of principals) {
    const found = readPrincipal(text, home.partition)
    if ('wrong' in found)
      yield {
        what: `${JSON.stringify(text)} cannot be let in: ${found.wrong}.`,
        next: 'Name users, roles or accounts.',
      }
    else if (found.kind === 'account' && found.account === home.account)
      yield {
        what: `${text} is the account of the repository: a repository policy gives it nothing.`,
        why: 'In one account it only leaves the decision to the identity policies.',
        next: 'Name the user or role, or write an identity policy: leave --repository-policy out.',
      }
  }
}

function* onlyForRepositories({ principals, org }: PolicyAsk): Generator<Refusal> {
  const next = 'Add --repository-policy.'
  if (principals.length > 0)
    yield {
      what: '--principal is for repository policies: an identity policy is about whoever has it.',
      next,
    }
  if (org !== undefined)
    yield {
      what: '--org is for repository policies.',
      why: 'Whoever has an identity policy is in one organization or none; --account says whose repositories.',
      next,
    }
}
