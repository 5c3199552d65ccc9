import type { AwsContext } from '../aws/context.ts'
import { openAws } from '../aws/open.ts'
import { type AuditSettings, defaultSettings } from '../controls/settings.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'

/** What the people of the demo expect, for controls that judge nothing without. */
export const demoSettings: AuditSettings = {
  ...defaultSettings,
  allowedKeys: ['arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-000000000001'],
  trustedAccounts: ['444455556666'],
  requirePolicy: ['shop/*'],
  requireNetworkGuard: ['data/*', 'platform/*'],
  intendedPublic: ['shop-*'],
}

/** Credentials of one account of the sandbox, in one of its Regions. */
export function openDemo(
  sandbox: Sandbox,
  { account = '111122223333', region = 'eu-west-1' } = {},
): Promise<AwsContext> {
  const found = sandbox.accounts.find(({ id }) => id === account)
  if (!found) throw new Error(`the sandbox has no account ${account}`)
  return openAws(
    {
      region,
      credentials: { accessKeyId: found.accessKeyId, secretAccessKey: found.secretAccessKey },
      endpoint: sandbox.awsEndpoint,
      registryEndpoint: sandbox.registryEndpoint,
    },
    { env: {} },
  )
}
