/** What a request says of itself, by the lower-case name of a condition key. An empty list: the key is absent. */
export type Values = Readonly<Record<string, readonly string[]>>

/** The values of a condition key: none when the request has no such key; undefined when nobody here can tell. */
export type Keys = (name: string) => readonly string[] | undefined

/** A family of keys that ends in a name of its own: `aws:ResourceTag/team`. */
export interface KeyFamily {
  /** Lower-case, with the slash. */
  prefix: string
  tags: Readonly<Record<string, string>>
}

/** Key names are case-insensitive, and so is the part of a tag key after the slash. */
export function keysFrom(values: Values, families: readonly KeyFamily[]): Keys {
  return (name) => {
    const wanted = name.toLowerCase()
    if (Object.hasOwn(values, wanted)) return values[wanted]
    const family = families.find(({ prefix }) => wanted.startsWith(prefix))
    if (!family) return undefined
    const tag = wanted.slice(family.prefix.length)
    return Object.entries(family.tags).flatMap(([key, value]) => (key.toLowerCase() === tag ? [value] : []))
  }
}

/** A policy variable takes a key that has one value. */
export function variablesFrom(keys: Keys): (key: string) => string | undefined {
  return (key) => {
    const values = keys(key)
    return values?.length === 1 ? values[0] : undefined
  }
}
