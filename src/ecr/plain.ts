/** Dates become ISO 8601 text and absent members vanish, so that the document is the same when read back. */
export function plain<T>(value: T): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
