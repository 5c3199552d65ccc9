import { readTexts } from '../input/read.ts'
import { seconds } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { issueToken } from '../token.ts'

/**
 * GetAuthorizationToken (ecr-facts 1.3). The deprecated ids do not change the token.
 * Deviation: the endpoint answered is the sandbox itself, never a host of AWS.
 */
export const getAuthorizationToken: EcrOperation = ({ world, caller, input }) => {
  const ids = readTexts(input, 'registryIds', { pattern: /^[0-9]{12}$/, items: { min: 1, max: 10 } })
  return {
    authorizationData: (ids ?? [caller.account]).map(() => {
      const { token, expiresAt } = issueToken(world, caller)
      return {
        authorizationToken: token,
        expiresAt: seconds(expiresAt),
        proxyEndpoint: world.endpoints.registry,
      }
    }),
  }
}
