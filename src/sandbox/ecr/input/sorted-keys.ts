const orders = new WeakMap<object, string[]>()

/** The keys of a record in order. Remembered, because a full listing asks once per page. */
export function sortedKeys(record: Record<string, unknown>): readonly string[] {
  const known = orders.get(record)
  const keys = Object.keys(record)
  if (known && known.length === keys.length && known.every((key) => Object.hasOwn(record, key))) return known
  keys.sort()
  orders.set(record, keys)
  return keys
}
