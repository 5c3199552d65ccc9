import { jumpingClock } from '../core/clock.ts'
import type { Sandbox, SandboxOptions } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import type { AwsContext } from './context.ts'
import { openAws } from './open.ts'

export interface SandboxAws {
  sandbox: Sandbox
  aws: AwsContext
  close(): Promise<void>
}

/** A sandbox and the context of its first account, for tests. */
export async function sandboxAws(options: SandboxOptions = { seed: 'empty' }): Promise<SandboxAws> {
  const sandbox = await startSandbox(options)
  const [account] = sandbox.accounts
  if (!account) throw new Error('The sandbox has no account.')
  const { accessKeyId, secretAccessKey, regions } = account
  const settings = {
    region: regions[0] ?? 'eu-west-1',
    endpoint: sandbox.awsEndpoint,
    registryEndpoint: sandbox.registryEndpoint,
    credentials: { accessKeyId, secretAccessKey },
  }
  const aws = await openAws(settings, { env: {}, clock: jumpingClock(new Date()) })
  const close = async () => {
    aws.close()
    await sandbox.close()
  }
  return { sandbox, aws, close }
}
