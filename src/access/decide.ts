import { both, either, no, type Truth, yes } from './truth.ts'
import type { PreparedRequest, Weights } from './weigh.ts'
import { anyHold } from './weigh.ts'

export type Decision = 'allowed' | 'denied' | 'conditional'

/** All that must hold for a request to be allowed (ecr-facts 6.3). */
export interface Grounds {
  /** Somebody gives it: the identity's policies, the resource's, or both. */
  grant: Truth
  /** What may take it away without a Deny. */
  limits: Truth
}

/**
 * In one account either side is enough. What the resource's policy gives a user, a session or everybody is beyond
 * boundary and session policies; what it gives a role is within them; what it gives the account is for the identity's
 * own policies to hand on. Between accounts both sides must give it.
 */
export function groundsOf(weights: Weights, request: PreparedRequest): Grounds {
  const { resource, identity, boundary, session, serviceControl, resourceControl, endpoint } = weights
  const limits = both(both(serviceControl, resourceControl), endpoint)
  const capped = both(boundary, session)
  const { kind } = request.caller.caller
  if (kind === 'service' || kind === 'federated') return { grant: anyHold(resource), limits }
  const own = both(identity, capped)
  if (!isSameAccount(request)) return { grant: both(own, anyHold(resource)), limits }
  const given = either(resource.direct, both(resource.role, capped))
  return { grant: either(own, given), limits }
}

/** An action that is about no repository is about the caller's own registry. */
export function isSameAccount({ caller, resource }: PreparedRequest): boolean {
  return caller.account !== undefined && caller.account === resource.account
}

export function decide(weights: Weights, request: PreparedRequest): Decision {
  if (weights.deny === yes) return 'denied'
  const { grant, limits } = groundsOf(weights, request)
  const truth = both(grant, limits)
  if (truth === no) return 'denied'
  return truth === yes && weights.deny === no ? 'allowed' : 'conditional'
}
