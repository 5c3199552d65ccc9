/** A key's values; null: the request certainly has no such key. */
export type Values = readonly string[] | null

/** `unknown`: there may be one, and nothing else tells. */
export type Known = Values | 'unknown'

/** What is known of condition keys, in lower case. */
export interface Facts {
  values: ReadonlyMap<string, Known>
  /** Beginnings of keys of which `values` holds all that there are. */
  complete: readonly string[]
}

export interface Context {
  given: ReadonlyMap<string, Known>
  caller: Facts
  resource: Facts
  action: Facts
  others: 'unknown' | 'absent'
}

/** Undefined: not known. Asked for every condition of every decision. */
export function lookUp(context: Context, key: string): Values | undefined {
  const { given, caller, resource, action } = context
  let found = given.get(key)
  if (found === undefined) found = caller.values.get(key)
  if (found === undefined) found = resource.values.get(key)
  if (found !== undefined) return found === 'unknown' ? undefined : found
  if (context.others === 'absent') return null
  const isTold = isComplete(caller, key) || isComplete(resource, key) || isComplete(action, key)
  return isTold ? null : undefined
}

function isComplete({ complete }: Facts, key: string): boolean {
  for (const beginning of complete) if (key.startsWith(beginning)) return true
  return false
}

export function givenKeys(context: Readonly<Record<string, string | readonly string[] | null>> = {}) {
  return new Map<string, Known>(
    Object.entries(context).map(([key, values]) => [
      key.toLowerCase(),
      typeof values === 'string' ? [values] : values,
    ]),
  )
}

/** Keys of conditions are compared without regard to case: two tags that differ in nothing else are left unknown. */
export function tagFacts(prefix: string, tags: Readonly<Record<string, string>>) {
  const found = new Map<string, Known>()
  for (const [name, value] of Object.entries(tags)) {
    const key = `${prefix}${name}`.toLowerCase()
    found.set(key, found.has(key) ? 'unknown' : [value])
  }
  return found
}
