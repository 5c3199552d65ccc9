import type { Plan } from '../plan.ts'

/** Pure: the same plan gives the same text. */
export type PlanFormat = (plan: Plan) => string

/** How a plan is written beside the text for people and JSON. A new one is a file here and a line below. */
export const planFormats = {
  markdown: async () => (await import('./markdown.ts')).planMarkdown,
  cli: async () => (await import('./cli.ts')).planScript,
  cloudformation: async () => (await import('./cloudformation.ts')).planCloudFormation,
  terraform: async () => (await import('./terraform.ts')).planTerraform,
} as const satisfies Record<string, () => Promise<PlanFormat>>

export type PlanFormatName = keyof typeof planFormats

export const planFormatNames = Object.keys(planFormats) as PlanFormatName[]
