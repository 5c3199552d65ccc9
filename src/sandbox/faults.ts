import type { Fault } from './sandbox.ts'

export type FaultKind = Fault['kind']

/** The faults that are armed, in the order in which they were added. The first one that fits is met. */
export class FaultBook {
  #faults: { fault: Fault; toPass: number; left: number }[] = []

  add(fault: Fault): void {
    const { after = 0, times = Number.POSITIVE_INFINITY } = fault
    this.#faults.push({ fault, toPass: after, left: times })
  }

  clear(): void {
    this.#faults = []
  }

  /** What this request meets, if anything; called once a request. */
  take(service: string, operations: readonly string[]): FaultKind | undefined {
    for (const entry of this.#faults) {
      if (entry.left <= 0 || !fits(entry.fault, service, operations)) continue
      if (entry.toPass > 0) {
        entry.toPass--
        continue
      }
      entry.left--
      return entry.fault.kind
    }
    return undefined
  }
}

function fits(fault: Fault, service: string, operations: readonly string[]): boolean {
  if (fault.service !== service) return false
  const { operation } = fault
  if (operation === undefined) return true
  // On the registry an operation is `METHOD /path`, and the fault names the beginning of it.
  if (service === 'registry') return operations.some((each) => each.startsWith(operation))
  return operations.includes(operation)
}
