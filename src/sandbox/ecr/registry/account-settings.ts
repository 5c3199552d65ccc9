import { invalidParameter } from '../errors.ts'
import { needText } from '../input/read.ts'
import type { EcrOperation } from '../operation.ts'

/** Names and the values that they accept today (ecr-facts 2.9). Assumption: V1 and CLAIR are refused. */
const values: Record<string, readonly string[]> = {
  BASIC_SCAN_TYPE_VERSION: ['AWS_NATIVE'],
  REGISTRY_POLICY_SCOPE: ['V2'],
  BLOB_MOUNTING: ['ENABLED', 'DISABLED'],
}

export const getAccountSetting: EcrOperation = ({ registry, input }) => {
  const name = needName(input)
  const value = registry.settings[name] ?? values[name]?.at(-1)
  return { name, value }
}

export const putAccountSetting: EcrOperation = ({ registry, input }) => {
  const name = needName(input)
  const value = needText(input, 'value', { oneOf: values[name] ?? [] })
  registry.settings[name] = value
  return { name, value }
}

function needName(input: Record<string, unknown>): string {
  const name = needText(input, 'name', { min: 1, max: 64 })
  if (Object.hasOwn(values, name)) return name
  throw invalidParameter('name', `Unknown account setting, known ones are: ${Object.keys(values).join(', ')}`)
}
