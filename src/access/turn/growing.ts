import type { AccessPolicies } from '../policies.ts'
import type { CompiledStatement } from '../statement.ts'
import { type Asked, meet } from './asked.ts'
import { type Addition, applyPlan, type Edit, type Plan } from './plan.ts'

/** A plan as it grows: additions to the same policy become one statement with several actions. */
export class GrowingPlan implements Plan {
  readonly edits = new Map<CompiledStatement, Edit>()
  additions: Addition[] = []

  edit(statement: CompiledStatement, edit: Edit): void {
    this.edits.set(statement, edit)
  }

  /** False: it is there already, so that adding it again changes nothing. */
  add(addition: Addition, action: string): boolean {
    const same = this.additions.find((one) => one.layer === addition.layer && one.level === addition.level)
    const before = same ? actionsOf(same) : []
    if (before.includes(action)) return false
    const actions = [...before, action]
    const statement = { ...addition.statement, Action: actions.length === 1 ? action : actions }
    this.additions = [...this.additions.filter((one) => one !== same), { ...addition, statement }]
    return true
  }
}

function actionsOf({ statement }: Addition): string[] {
  const { Action } = statement
  return Array.isArray(Action) ? Action.map(String) : [String(Action)]
}

/** Whether every request gets this answer once the plan is carried out: asked of the evaluator, not assumed. */
export function isProven(
  policies: AccessPolicies,
  { prepared }: Asked,
  { plan, wanted }: { plan: Plan; wanted: 'allowed' | 'denied' },
): boolean {
  const changed = applyPlan(policies, plan)
  return prepared.every((request) => meet(changed, request).decision === wanted)
}

/** Without each part that the answer does not need. */
export function smallest(
  policies: AccessPolicies,
  asked: Asked,
  { plan, wanted }: { plan: Plan; wanted: 'allowed' | 'denied' },
): Plan {
  let left: Plan = plan
  const tryWithout = (smaller: Plan) => {
    if (isProven(policies, asked, { plan: smaller, wanted })) left = smaller
  }
  for (const statement of plan.edits.keys())
    tryWithout({
      ...left,
      edits: new Map([...left.edits].filter(([one]) => one !== statement)),
      additions: left.additions,
    })
  for (const addition of plan.additions)
    tryWithout({ edits: left.edits, additions: left.additions.filter((one) => one !== addition) })
  return left
}
