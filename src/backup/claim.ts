import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { RunClaim } from '../vault/format.ts'
import type { Vault } from '../vault/vault.ts'

/** A store that does not answer must not keep a stopped program alive. */
const patience = 10_000

/**
 * Claims, and does everything of a run that comes before its commit. When that fails or is stopped, the claim is taken
 * back: a prune would wait for the run for a day. Whether that works changes nothing about how the run ended.
 */
export async function releasingClaim<T>(
  vault: Vault,
  claim: RunClaim,
  run: Run,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await vault.runs.claim(claim, run.signal)
    return await work()
  } catch (error) {
    await release(vault, claim.run, run)
    throw error
  }
}

/** Not with the run's own signal, which may be why it ends. */
async function release(vault: Vault, id: string, run: Run): Promise<void> {
  const limit = new AbortController()
  const done = new AbortController()
  const limited = run.clock.sleep(patience, done.signal).then(
    () => limit.abort(),
    () => {},
  )
  try {
    await vault.runs.release(id, limit.signal)
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    run.log.debug(`the claim of run ${id} stays for a day: ${error.message}`)
  } finally {
    done.abort()
    await limited
  }
}
