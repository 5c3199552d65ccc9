import { performance } from 'node:perf_hooks'
import type { Need } from '../src/access/ability-actions.ts'
import { needs } from '../src/access/ability-actions.ts'
import { decisionOf, prepare } from '../src/access/evaluate.ts'
import { matrix } from '../src/access/matrix.ts'
import { type Access, openAccess, requestFor } from '../src/access/open-access.ts'
import { account, inventory, policyText, repository } from '../src/controls/inventory.fixture.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import type { IamRole } from '../src/inventory/neighbours.ts'
import { median } from './report.ts'

const people = 1000
const repositories = 300
/** Eight actions. */
const asked: Need[] = ['pull', 'push', 'read-policy']

export interface AccessFigures {
  people: number
  repositories: number
  actions: number
  decisions: number
  /** Seconds for the whole matrix, run by run, policies read anew each time. */
  matrix: number[]
  /** Decisions a second, asked one by one with policies that are read. */
  singles: number[]
  rows: number
  /** Processor seconds of a matrix, and decisions in one: what the machine does beside it does not count. */
  processor: { matrix: number; singles: number }
  /** What the process has taken from the system at most. */
  peakBytes: number
}

/** No two roles have the same policies, and no two repositories the same policy: nothing can be answered twice. */
export function measureAccess(rounds: number): AccessFigures {
  const fleet = accessFleet()
  const figures = { matrix: [] as number[], singles: [] as number[] }
  const processor = { matrix: [] as number[], singles: [] as number[] }
  let rows = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const before = process.cpuUsage()
    rows = matrix(openAccess(fleet), { needs: asked }).rows.length
    figures.matrix.push((performance.now() - start) / 1000)
    processor.matrix.push(processorSeconds(before))
    const { rate, perProcessorSecond } = singles(openAccess(fleet))
    figures.singles.push(rate)
    processor.singles.push(perProcessorSecond)
  }
  const actions = asked.flatMap((need) => needs[need].actions).length
  return {
    ...{ people, repositories, actions, decisions: people * repositories * actions, ...figures, rows },
    processor: { matrix: median(processor.matrix), singles: median(processor.singles) },
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}

export function accessLines({ matrix: seconds, singles: rates, ...figures }: AccessFigures): string[] {
  const { people: who, repositories: what, actions, decisions, processor } = figures
  return [
    `${who} principals x ${what} repositories x ${actions} actions: ${(decisions / 1e6).toFixed(1)} million decisions`,
    `  matrix: ${median(seconds).toFixed(2)} s (${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}), ${processor.matrix.toFixed(2)} s of processor time`,
    `  one by one: ${Math.round(median(rates) / 1000)} thousand a second, ${Math.round(processor.singles / 1000)} thousand in a second of processor time`,
  ]
}

function processorSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

function singles(access: Access): { rate: number; perProcessorSecond: number } {
  const list = [...access.repositories.values()]
  const requests = access.people.slice(1).map((person, at) => {
    const of = list[at % list.length] as (typeof list)[number]
    const policies = { ...of.policies, ...person.own }
    const request = requestFor(of, { caller: person.caller, action: 'ecr:PutImage' })
    return { policies, request: prepare(policies, request) }
  })
  const start = performance.now()
  const before = process.cpuUsage()
  let count = 0
  for (; count < 300_000; count++) {
    const one = requests[count % requests.length] as (typeof requests)[number]
    decisionOf(one.policies, one.request)
  }
  const rate = count / ((performance.now() - start) / 1000)
  return { rate, perProcessorSecond: count / processorSeconds(before) }
}

function accessFleet(): Inventory {
  const roles = Array.from({ length: people }, (_, at) => roleOf(at))
  const list = Array.from({ length: repositories }, (_, at) =>
    repository({ name: nameOf(at), policy: { ok: policyOf(at) }, tags: { ok: { team: `team-${at % 40}` } } }),
  )
  return inventory({
    repositories: { ok: list },
    identities: { ok: { users: [], roles, groups: [], policies: [boundary] } },
  })
}

const nameOf = (at: number) => `team-${at % 40}/service-${at}`

const boundary = {
  arn: `arn:aws:iam::${account}:policy/edge`,
  name: 'edge',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ecr:*', 's3:*'], Resource: '*' }],
  }),
}

/** Three policies each: on its team's repositories, on a tag, and a Deny from outside the network. */
function roleOf(at: number): IamRole {
  const arns = `arn:aws:ecr:*:${account}:repository/team-${at % 40}/*`
  const statements = [
    [
      { Sid: `Team${at}`, Effect: 'Allow', Action: ['ecr:BatchGet*', 'ecr:Get*'], Resource: arns },
      { Effect: 'Allow', Action: 'ecr:PutImage', Resource: `${arns.slice(0, -1)}service-${at % 300}` },
    ],
    [
      {
        ...{ Sid: `Tag${at}`, Effect: 'Allow', Action: 'ecr:*', Resource: '*' },
        Condition: { StringEquals: { 'aws:ResourceTag/team': '\u0024{aws:PrincipalTag/team}' } },
      },
    ],
    [
      {
        ...{ Sid: `Net${at}`, Effect: 'Deny', Action: 'ecr:*', Resource: '*' },
        Condition: { StringNotEquals: { 'aws:SourceVpc': [`vpc-${at}`, 'vpc-1'] } },
      },
    ],
  ]
  return {
    ...{ name: `role-${at}`, arn: `arn:aws:iam::${account}:role/role-${at}`, id: `AROA${at}ROLEROLEROLE` },
    ...{ createdAt: '2026-01-01T00:00:00Z', trust: '{}', attached: [], tags: { team: `team-${at % 40}` } },
    ...(at % 3 === 0 && { boundary: boundary.arn }),
    inline: statements.map((Statement, number) => ({
      name: `policy-${number}`,
      document: JSON.stringify({ Version: '2012-10-17', Statement }),
    })),
  }
}

function policyOf(at: number): string {
  return policyText(
    {
      ...{ Sid: 'Org', Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage', 'ecr:Get*'] },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    },
    {
      ...{ Sid: `Role${at}`, Effect: 'Allow', Action: 'ecr:*' },
      Principal: { AWS: `arn:aws:iam::${account}:role/role-${at}` },
    },
    {
      ...{ Sid: 'Tls', Effect: 'Deny', Principal: '*', Action: 'ecr:*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  )
}
