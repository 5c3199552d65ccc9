import type { AuditReport } from '../audit/audit.ts'
import { hasCode } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Baseline } from './baseline.ts'
import type { Call, Json, Need } from './call.ts'
import type { Door } from './door.ts'
import { Draft, type Drafted, type ManualStep, stepId, type Unfixed } from './draft.ts'
import { fixes } from './fixes/index.ts'
import type { Change, Kind, Risk } from './kind.ts'
import { kinds } from './kinds/index.ts'
import { planId } from './plan-id.ts'
import { isSameState } from './same-state.ts'
import { proposeWishes } from './wishes.ts'

/** What would change, as data. It is applied as it is, or not at all. */
export interface Plan {
  schema: 'holdfast.plan/1'
  simulated: boolean
  /** A hash of all the rest: a plan that somebody edited is refused. */
  id: string
  madeAt: string
  registry: { url: string; account: string; region: string; partition: string }
  repositories: number
  steps: Step[]
  manual: ManualStep[]
  unfixed: Unfixed[]
  /** What must be allowed to apply it, reading included; and, on top, to roll it back. */
  permissions: { apply: Need[]; rollback: Need[] }
}

export interface Step {
  /** `repository-policy:shop/api`. */
  id: string
  kind: string
  title: string
  resource: string
  region?: string
  /** Controls whose findings it puts right; `baseline` for what is only wished for. */
  controls: string[]
  why: string[]
  risk: Risk
  /** Why there is no way back. */
  irreversible?: string
  warnings: string[]
  before: Json
  after: Json
  calls: Call[]
  /** The way back. */
  undo: Call[]
  gains: string[]
  loses: string[]
}

export interface PlanInput {
  inventory: Inventory
  report: AuditReport
  baseline: Baseline
  /** Whether the newest snapshot holds an image; absent: no vault was looked at. */
  isHeld?: (repository: string, digest: string) => boolean
  /** Only steps of these risks; absent: all. */
  only?: readonly Risk[]
  /** With what the baseline wishes for and no control judges; absent: findings only. */
  wishes?: boolean
}

/** Reads what each step would change and writes down both directions. Changes nothing. */
export async function makePlan(door: Door, input: PlanInput): Promise<Plan> {
  const { inventory, only } = input
  const draft = draftOf(input)
  const made = new Map<Drafted, Step>()
  const drafts = inOrder(draft)
  await inParallel(drafts, 8, async (drafted) => {
    try {
      const step = await stepOf(door, drafted, inventory)
      if (step) made.set(drafted, step)
    } catch (error) {
      leaveUnread(draft, drafted, error)
    }
  })
  const all = drafts.flatMap((drafted) => made.get(drafted) ?? [])
  const steps = all.filter(({ risk }) => !only || only.includes(risk))
  const { url, account, region, partition, simulated } = inventory.registry
  const plan: Omit<Plan, 'id'> = {
    schema: 'holdfast.plan/1',
    simulated,
    madeAt: door.run.clock.now().toISOString(),
    registry: { url, account, region, partition },
    repositories: 'ok' in inventory.repositories ? inventory.repositories.ok.length : 0,
    steps,
    ...{ manual: draft.manual, unfixed: draft.unfixed },
    permissions: permissionsOf(steps, door),
  }
  return { ...plan, id: planId(plan) }
}

function draftOf({ inventory, report, baseline, isHeld, wishes }: PlanInput): Draft {
  const draft = Draft.empty()
  if (wishes) proposeWishes(baseline, draft.of('baseline'))
  const failed = report.findings.filter(({ status }) => status === 'fail')
  for (const fix of fixes) {
    const findings = failed.filter(({ control }) => control === fix.control)
    if (findings.length > 0)
      fix.propose({
        ...{ inventory, findings, baseline },
        ...(isHeld && { isHeld }),
        draft: draft.of(fix.control),
      })
  }
  const known = new Set(fixes.map(({ control }) => control))
  for (const { control, resource, fix = '' } of failed) {
    if (known.has(control)) continue
    draft.of(control).leave({
      resource,
      reason: fix,
      next: `holdfast explain ${control} says how, with commands.`,
    })
  }
  return draft
}

/** What may not be read stops no other step. */
function leaveUnread(draft: Draft, { target, edits }: Drafted, error: unknown): void {
  if (!hasCode(error, 'access-denied')) throw error
  for (const control of distinct(edits.map((edit) => edit.control)))
    draft.of(control).leave({
      resource: target.resource,
      reason: `It cannot be planned without being read. ${error.message}.`,
      next: error.next,
    })
}

/** By kind, and within one as the fixes came. */
function inOrder(draft: Draft): Drafted[] {
  const all = withoutRetired([...draft.drafted.values()])
  return kinds.flatMap(({ name }) => all.filter(({ kind }) => kind.name === name))
}

/** What is deleted in the same plan is not changed first: afterwards nobody could see that it was done. */
function withoutRetired(all: readonly Drafted[]): Drafted[] {
  const retired = all.filter(({ kind }) => kind.name === 'repository-retired')
  const names = new Set(retired.map(({ target }) => target.resource))
  return all.filter(
    (one) => retired.includes(one) || !one.kind.ofRepository || !names.has(one.target.resource),
  )
}

async function stepOf(door: Door, drafted: Drafted, inventory: Inventory): Promise<Step | undefined> {
  const { kind, target, edits } = drafted
  const { state, handle } = await kind.read(door, target)
  const after = edits.reduce((made, { edit }) => edit(made), state)
  if (isSameState(kind, state, after)) return undefined
  const place = { ...door.place, ...(target.region && { region: target.region }) }
  const forth: Change = { ...target, place, from: state, to: after, ...(handle !== undefined && { handle }) }
  const back: Change = { ...target, place, from: after, to: state }
  const access = kind.access?.(forth, inventory)
  const irreversible = kind.irreversible?.(forth)
  return {
    id: stepId(kind, target),
    kind: kind.name,
    title: `${kind.title} ${target.resource}`,
    ...target,
    controls: distinct(edits.map(({ control }) => control)),
    why: distinct(edits.map(({ wish }) => wish.why)),
    risk: gravest([kind.risk(forth), ...edits.flatMap(({ wish }) => wish.risk ?? [])]),
    ...(irreversible !== undefined && { irreversible }),
    warnings: distinct(edits.flatMap(({ wish }) => wish.warnings ?? [])),
    before: state,
    after,
    calls: kind.calls(forth),
    undo: irreversible === undefined ? kind.calls(back) : [],
    gains: access?.gains ?? [],
    loses: access?.loses ?? [],
  }
}

const risks: readonly Risk[] = ['safe', 'visible', 'destructive']

function gravest(found: readonly Risk[]): Risk {
  return risks.findLast((risk) => found.includes(risk)) ?? 'safe'
}

function permissionsOf(steps: readonly Step[], { place }: Door): Plan['permissions'] {
  const readsOf = ({ kind: name, resource, region }: Step): Need[] => {
    const kind: Kind | undefined = kinds.find((one) => one.name === name)
    const target = { resource, ...(region !== undefined && { region }) }
    return kind?.reads(target, { ...place, ...(region !== undefined && { region }) }) ?? []
  }
  const reads = steps.flatMap(readsOf)
  const needs = (calls: readonly Call[]) => calls.flatMap((call) => call.needs)
  return {
    apply: distinctNeeds([...reads, ...needs(steps.flatMap(({ calls }) => calls))]),
    rollback: distinctNeeds([...reads, ...needs(steps.flatMap(({ undo }) => undo))]),
  }
}

function distinctNeeds(needs: readonly Need[]): Need[] {
  const byText = new Map(needs.map((need) => [`${need.action} ${need.resource}`, need]))
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, need]) => need)
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
