import { type BudgetLimits, budgetWarnings, parseBudget } from '../aws/quotas.ts'
import type { OptionSpec } from './command.ts'
import type { CommandContext } from './context.ts'

export const budgetOption: OptionSpec = {
  flags: '--budget <budget>',
  does: "share of ECR's quotas, or rates: 10%,PutImage=2",
  default: 'holdfast.yaml, else 25%',
}

/** For commands that may not need AWS after all: nonsense is refused all the same. */
export function checkBudget({ global }: CommandContext): void {
  if (global.budget !== undefined) parseBudget(global.budget)
}

/** Undefined: nobody said anything, and the default holds. */
export function budgetOf({ global, config, run }: CommandContext): BudgetLimits | undefined {
  const text = global.budget ?? config.budget
  if (text === undefined) return undefined
  const limits = parseBudget(text)
  for (const warning of budgetWarnings(limits)) run.log.warn(warning)
  return limits
}
