import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { judge } from '../src/audit/audit.ts'
import { controls } from '../src/controls/index.ts'
import {
  account,
  daysAgo,
  image,
  inventory,
  policyText,
  repository,
} from '../src/controls/inventory.fixture.ts'
import type { ImageInventory, Inventory, RepositoryInventory } from '../src/inventory/inventory.ts'
import { median } from './report.ts'

const count = 10_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

export interface AuditFigures {
  repositories: number
  images: number
  controls: number
  findings: number
  /** Milliseconds for all controls, run by run; each run has an inventory that nobody has seen before. */
  runs: number[]
  /** Of processor time: what is left of the noise of a machine that does other things as well. */
  processor: number[]
  /** The controls that take longest, alone, in milliseconds of processor time. */
  slowest: { control: string; ms: number }[]
}

/** Judging alone: what was collected is there, and nothing is sent. */
export function measureAudit(rounds: number): AuditFigures {
  const first = fleet()
  const images = imagesOf(first)
  const findings = judge(first).findings.length
  const all = Array.from({ length: rounds }, () => timed(fleet()))
  const slowest = controls
    .map(({ id }) => ({ control: id, ms: timed(fleet(), [id]).processor }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 8)
  return {
    ...{ repositories: count, images, controls: controls.length, findings },
    runs: all.map(({ ms }) => ms),
    processor: all.map(({ processor }) => processor),
    slowest,
  }
}

export function auditLines(figures: AuditFigures): string[] {
  const { repositories, images, runs, processor, slowest } = figures
  const range = `${Math.min(...runs).toFixed(0)}-${Math.max(...runs).toFixed(0)}`
  return [
    `${repositories} repositories with ${images} images, ${figures.controls} controls, ${figures.findings} findings`,
    `  all controls: ${median(runs).toFixed(0)} ms (${range}), ${median(processor).toFixed(0)} ms of processor time`,
    ...slowest.map(({ control, ms }) => `  ${control}: ${ms.toFixed(0)} ms`),
  ]
}

function timed(inventory: Inventory, only?: string[]): { ms: number; processor: number } {
  // What making the inventory left behind is not the judge's to clear away.
  collectGarbage()
  const used = process.cpuUsage()
  const start = performance.now()
  judge(inventory, only ? { controls: only } : {})
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(used)
  return { ms, processor: (user + system) / 1000 }
}

function imagesOf({ repositories }: Inventory): number {
  const list = 'ok' in repositories ? repositories.ok : []
  return list.reduce((sum, { images }) => sum + ('ok' in images ? images.ok.length : 0), 0)
}

/** As it is in companies: every repository its own policy, lifecycle policies from a few hundred templates. */
function fleet(): Inventory {
  const repositories = Array.from({ length: count }, (_, at) => oneOf(at))
  const used = repositories.filter((_, at) => at % 3 === 0)
  return inventory({
    repositories: { ok: repositories },
    uses: {
      ecs: {
        ok: used.map(({ name }, at) => ({
          ...{ source: 'ecs', repository: name, tag: '1.2', what: 'task' },
          by: `arn:aws:ecs:eu-west-1:${account}:task/shop/${at}`,
        })),
      },
    },
    pulls: { ok: Object.fromEntries(repositories.map(({ name }, at) => [name, at % 50])) },
  })
}

function oneOf(at: number): RepositoryInventory {
  const name = `team-${at % 97}/service-${at}`
  return repository({
    name,
    tagMutability: at % 2 === 0 ? { mode: 'IMMUTABLE', exclusions: [] } : { mode: 'MUTABLE', exclusions: [] },
    policy: { ok: policyOf(at) },
    lifecyclePolicy: { ok: lifecycleOf(at % 300) },
    images: { ok: imagesFor(at) },
    deployedScans: { ok: [] },
  })
}

/** Cross-account pulls with conditions, and a Deny for everything that comes without TLS. */
function policyOf(at: number): string {
  const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']
  const partner = String(200_000_000_000 + at)
  return policyText(
    { Sid: 'Partner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${partner}:root` }, Action: pull },
    {
      ...{ Sid: `Organization${at}`, Effect: 'Allow', Principal: '*', Action: at % 5 === 0 ? 'ecr:*' : pull },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    },
    {
      ...{ Sid: 'OnlyTls', Effect: 'Deny', Principal: '*', Action: 'ecr:*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  )
}

function lifecycleOf(template: number): string {
  const selection = { tagStatus: 'tagged', tagPatternList: ['1.*'], countType: 'imageCountMoreThan' }
  const untagged = {
    tagStatus: 'untagged',
    countType: 'sinceImagePushed',
    countUnit: 'days',
    countNumber: 14,
  }
  return JSON.stringify({
    rules: [
      { rulePriority: 1, selection: { ...selection, countNumber: 3 + template }, action: { type: 'expire' } },
      { rulePriority: 2, selection: untagged, action: { type: 'expire' } },
    ],
  })
}

function imagesFor(at: number): ImageInventory[] {
  return Array.from({ length: 4 }, (_, number) =>
    image({
      digest: `sha256:${`${at}-${number}`.padEnd(64, '0')}`,
      tags: number === 3 ? [] : [`1.${number}`],
      pushedAt: daysAgo(number * 5 + 1),
    }),
  )
}
