import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cliPath } from '../holdfast.ts'
import { startServer } from './child.ts'

interface Ready {
  awsEndpoint: string
  registryEndpoint: string
  accounts: { id: string; accessKeyId: string; secretAccessKey: string; regions: string[] }[]
}

export interface RunningSandbox extends Ready {
  region: string
  accountId: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** What any AWS tool, and Holdfast, needs in order to reach it. */
  env: Record<string, string>
  stop(): Promise<void>
}

interface SandboxProcessOptions {
  seed?: 'demo' | 'clean' | 'empty'
  /** A folder that the caller keeps; absent: one that goes away at the stop. */
  state?: string
}

/** `holdfast sandbox` as its users start it: the built command, a process of its own. */
export async function startSandboxProcess(options: SandboxProcessOptions = {}): Promise<RunningSandbox> {
  const { seed = 'empty' } = options
  const own = options.state === undefined
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'holdfast-sandbox-'))
  let printed = ''
  const server = startServer(
    process.execPath,
    [cliPath, 'sandbox', '--format', 'json', '--seed', seed, '--state', state],
    {
      env: { PATH: process.env['PATH'], AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      onStdout: (text) => {
        printed += text
      },
    },
  )
  const stop = async () => {
    await server.stop()
    if (own) rmSync(state, { recursive: true, force: true })
  }
  const ready = await untilReady(() => printed).catch(async (cause) => {
    await stop()
    throw new Error(`holdfast sandbox did not start:\n${server.output()}`, { cause })
  })
  const account = ready.accounts[0]
  if (!account) throw new Error('the sandbox has no account')
  const region = account.regions[0] ?? 'us-east-1'
  const { accessKeyId, secretAccessKey } = account
  return {
    ...ready,
    region,
    accountId: account.id,
    credentials: { accessKeyId, secretAccessKey },
    env: {
      AWS_ENDPOINT_URL: ready.awsEndpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      HOLDFAST_REGISTRY_ENDPOINT: ready.registryEndpoint,
    },
    stop,
  }
}

/** One JSON document, over one line or several. */
async function untilReady(printed: () => string): Promise<Ready> {
  for (let tries = 0; tries < 300; tries++) {
    const ready = parsed(printed())
    if (ready) return ready
    await wait(100)
  }
  throw new Error('nothing in 30 s')
}

function parsed(text: string): Ready | undefined {
  try {
    return text.trim().endsWith('}') ? JSON.parse(text) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
