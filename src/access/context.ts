/** A key's values; null: the request certainly has no such key. */
export type Values = readonly string[] | null

/** What is known of condition keys, in lower case. */
export interface Facts {
  /** Undefined: certainly not to be told. */
  values: ReadonlyMap<string, Values | undefined>
  /** Beginnings of keys of which `values` holds all that there are. */
  complete: readonly string[]
}

export interface Context {
  given: ReadonlyMap<string, Values | undefined>
  caller: Facts
  resource: Facts
  action: Facts
  others: 'unknown' | 'absent'
}

/** Undefined: not known. */
export function lookUp(context: Context, key: string): Values | undefined {
  const { given, caller, resource, action } = context
  if (given.has(key)) return given.get(key)
  if (caller.values.has(key)) return caller.values.get(key)
  if (resource.values.has(key)) return resource.values.get(key)
  if (context.others === 'absent') return null
  const isTold = isComplete(caller, key) || isComplete(resource, key) || isComplete(action, key)
  return isTold ? null : undefined
}

function isComplete({ complete }: Facts, key: string): boolean {
  return complete.some((beginning) => key.startsWith(beginning))
}

export function givenKeys(context: Readonly<Record<string, string | readonly string[] | null>> = {}) {
  return new Map<string, Values | undefined>(
    Object.entries(context).map(([key, values]) => [
      key.toLowerCase(),
      typeof values === 'string' ? [values] : values,
    ]),
  )
}

/** Keys of conditions are compared without regard to case: two tags that differ in nothing else are left unknown. */
export function tagFacts(prefix: string, tags: Readonly<Record<string, string>>) {
  const found = new Map<string, Values | undefined>()
  for (const [name, value] of Object.entries(tags)) {
    const key = `${prefix}${name}`.toLowerCase()
    found.set(key, found.has(key) ? undefined : [value])
  }
  return found
}
