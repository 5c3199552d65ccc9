import type { Store } from '../store/store.ts'
import { keys, type RunClaim } from './format.ts'
import { plainText } from './read.ts'

export interface Runs {
  /** Written before the run reads anything: what a prune needs to see the run, and to revoke it. */
  claim(claim: RunClaim, signal?: AbortSignal): Promise<void>
  /**
   * For a run that ended before it tried to commit, and never will: no prune needs to wait for it. Once a commit was
   * tried the claim must stay, because its write may still be on the way.
   */
  release(runId: string, signal?: AbortSignal): Promise<void>
  /** What the run did; for people and machines that look later. */
  report(runId: string, report: object, signal?: AbortSignal): Promise<void>
}

export function vaultRuns(store: Store): Runs {
  const put = async (key: string, document: object, signal?: AbortSignal) => {
    const text = plainText(document)
    await store.put(key, text, { size: text.byteLength, ...(signal && { signal }) })
  }
  return {
    claim: (claim, signal) => put(keys.claim(claim.run), claim, signal),
    release: (runId, signal) => store.delete(keys.claim(runId), signal),
    report: (runId, report, signal) => put(keys.report(runId), report, signal),
  }
}
