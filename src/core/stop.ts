import { setMaxListeners } from 'node:events'

/** Many things listen for a stop at once here; that is no leak, and Node need not warn of it. */
export function expectListeners(...signals: AbortSignal[]): void {
  setMaxListeners(0, ...signals)
}

/** A signal that fires when the caller's does, or when the work itself finds that it must stop. */
export function stoppable(caller: AbortSignal): { signal: AbortSignal; stop: (reason: unknown) => void } {
  const own = new AbortController()
  const signal = AbortSignal.any([caller, own.signal])
  expectListeners(caller, signal)
  return { signal, stop: (reason) => own.abort(reason) }
}
