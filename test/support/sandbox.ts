import { onTestFinished } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/start.ts'

export interface TestSandbox extends Sandbox {
  /** What a shell would export to use it as the first account. */
  env: Record<string, string>
}

/** A simulated AWS that ends with the test. */
export async function testSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ seed: 'demo', ...options })
  onTestFinished(() => sandbox.close())
  return Object.assign(sandbox, { env: envOf(sandbox) })
}

export function envOf(sandbox: Sandbox): Record<string, string> {
  const [account] = sandbox.accounts
  return {
    AWS_ENDPOINT_URL: sandbox.awsEndpoint,
    HOLDFAST_REGISTRY_ENDPOINT: sandbox.registryEndpoint,
    AWS_ACCESS_KEY_ID: account?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: account?.secretAccessKey ?? '',
    AWS_REGION: account?.regions[0] ?? '',
  }
}
