/**
 * Does `work` for every item, at most `limit` at once; the next item is asked for only when there is room, so
 * memory follows the limit and not the list. After a failure nothing new begins; what runs is awaited, and the
 * first failure is thrown: when this returns or throws, nothing of it is left running.
 */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async () => {
    while (failures.length === 0) {
      const next = await iterator.next()
      if (next.done) return
      await work(next.value)
    }
  }
  const lane = () => worker().catch((error: unknown) => void failures.push(error))
  await Promise.all(Array.from({ length: limit }, lane))
  if (failures.length === 0) return
  await iterator.return?.()
  throw failures[0]
}

/** Promise.all that leaves nothing running: waits for every one, then throws the first failure of the list. */
export async function allSettled<T extends readonly unknown[]>(
  promises: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  const outcomes = await Promise.allSettled(promises)
  const values = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
  return values as unknown as T
}
