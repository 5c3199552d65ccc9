/** A rule whose form has been checked: every member has its type, every enum one of its values. */
export interface LifecycleRule {
  rulePriority: number
  selection: {
    tagStatus: 'tagged' | 'untagged' | 'any'
    tagPatternList?: string[]
    tagPrefixList?: string[]
    storageClass: 'standard' | 'archive'
    countType: string
    countUnit?: string
    countNumber: number
  }
  action: { type: string; targetStorageClass?: string }
}

type Members = Record<string, unknown>

/** Reads the form of a policy; throws the reason, in the words of a JSON schema as ECR has them (ecr-facts 1.7). */
export class ShapeError extends Error {}

export function readRules(text: string): LifecycleRule[] {
  const policy = members(parse(text), { required: ['rules'] })
  const { rules } = policy
  if (!Array.isArray(rules)) throw new ShapeError('instance type does not match any allowed primitive type')
  if (rules.length < 1) throw new ShapeError('array is too short: must have at least 1 elements')
  if (rules.length > 50) throw new ShapeError('array is too long: must have at most 50 elements')
  return rules.map(readRule)
}

function readRule(value: unknown): LifecycleRule {
  const rule = members(value, {
    required: ['rulePriority', 'selection', 'action'],
    optional: ['description'],
  })
  if (rule['description'] !== undefined) string(rule['description'])
  return {
    rulePriority: positive(rule['rulePriority']),
    selection: readSelection(rule['selection']),
    action: readAction(rule['action']),
  }
}

function readSelection(value: unknown): LifecycleRule['selection'] {
  const selection = members(value, {
    required: ['tagStatus', 'countType', 'countNumber'],
    optional: ['tagPatternList', 'tagPrefixList', 'storageClass', 'countUnit'],
  })
  const { countUnit, tagPatternList, tagPrefixList, storageClass } = selection
  const countTypes = ['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']
  return {
    tagStatus: oneOf(selection['tagStatus'], ['tagged', 'untagged', 'any'] as const),
    countType: oneOf(selection['countType'], countTypes),
    countNumber: positive(selection['countNumber']),
    storageClass: oneOf(storageClass === undefined ? 'standard' : storageClass, [
      'standard',
      'archive',
    ] as const),
    ...(countUnit !== undefined && { countUnit: oneOf(countUnit, ['days']) }),
    ...(tagPatternList !== undefined && { tagPatternList: strings(tagPatternList) }),
    ...(tagPrefixList !== undefined && { tagPrefixList: strings(tagPrefixList) }),
  }
}

function readAction(value: unknown): LifecycleRule['action'] {
  const action = members(value, { required: ['type'], optional: ['targetStorageClass'] })
  const target = action['targetStorageClass']
  return {
    type: oneOf(action['type'], ['expire', 'transition']),
    ...(target !== undefined && { targetStorageClass: oneOf(target, ['archive']) }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ShapeError('Could not map policyString into LifecyclePolicy.')
  }
}

function members(value: unknown, names: { required: string[]; optional?: string[] }): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShapeError('Could not map policyString into LifecyclePolicy.')
  const given = Object.keys(value)
  const { required, optional = [] } = names
  const missing = required.filter((name) => !given.includes(name))
  if (missing.length > 0)
    throw new ShapeError(`object has missing required properties (${JSON.stringify(missing)})`)
  const extra = given.filter((name) => !required.includes(name) && !optional.includes(name))
  if (extra.length > 0) throw new ShapeError(notAllowed(extra))
  return value as Members
}

export function notAllowed(names: string[]): string {
  return `object instance has properties which are not allowed by the schema: (${JSON.stringify(names)})`
}

function oneOf<T extends string>(value: unknown, values: readonly T[]): T {
  const found = values.find((each) => each === value)
  if (found !== undefined) return found
  const shown = `possible values: ${JSON.stringify(values)}`
  throw new ShapeError(`instance value (${JSON.stringify(value)}) not found in enum (${shown})`)
}

function positive(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new ShapeError('instance type does not match any allowed primitive type (allowed: ["integer"])')
  if (value >= 1) return value
  throw new ShapeError('numeric instance is lower than the required minimum (minimum: 1)')
}

function strings(value: unknown): string[] {
  if (!Array.isArray(value))
    throw new ShapeError('instance type does not match any allowed primitive type (allowed: ["array"])')
  if (value.length < 1) throw new ShapeError('array is too short: must have at least 1 elements')
  return value.map(string)
}

function string(value: unknown): string {
  if (typeof value === 'string') return value
  throw new ShapeError('instance type does not match any allowed primitive type (allowed: ["string"])')
}
