import { GetAuthorizationTokenCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr'
import { HoldfastError } from '../core/errors.ts'
import type { Ask } from './ask.ts'

/** A secret: base64 of `AWS:<password>`, good for 12 hours (ecr-facts 1.3). */
export interface EcrToken {
  authorization: string
  expiresAt: Date
  /** `https://ACCOUNT.dkr.ecr.REGION.SUFFIX`. */
  proxyEndpoint: string
}

export function layerCalls(ask: Ask) {
  return {
    /** A presigned URL, good for an hour at most: a secret, never to be logged (ecr-facts 4.9). */
    async getDownloadUrlForLayer(repository: string, digest: string, signal?: AbortSignal): Promise<URL> {
      const input = { repositoryName: repository, layerDigest: digest }
      const { downloadUrl = '' } = await ask(
        { operation: 'GetDownloadUrlForLayer', resource: `${repository}@${digest}`, signal },
        (ecr, options) => ecr.send(new GetDownloadUrlForLayerCommand(input), options),
      )
      if (URL.canParse(downloadUrl)) return new URL(downloadUrl)
      throw invalid('GetDownloadUrlForLayer answered without a usable URL.')
    },

    async getAuthorizationToken(signal?: AbortSignal): Promise<EcrToken> {
      const answer = await ask({ operation: 'GetAuthorizationToken', signal }, (ecr, options) =>
        ecr.send(new GetAuthorizationTokenCommand({}), options),
      )
      const { authorizationToken, expiresAt, proxyEndpoint } = answer.authorizationData?.[0] ?? {}
      if (authorizationToken && expiresAt && proxyEndpoint) {
        return { authorization: authorizationToken, expiresAt, proxyEndpoint }
      }
      throw invalid('GetAuthorizationToken answered without a token.')
    },
  }
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', { what, next: 'Check the endpoint and run again.' })
}
