import { once } from 'node:events'
import { resolve } from 'node:path'
import { exit, HoldfastError } from '../../core/errors.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { type CommandSpec, option } from '../command.ts'

const seeds = ['demo', 'clean', 'empty'] as const

export const sandbox: CommandSpec = {
  name: 'sandbox',
  summary: 'Serves a simulated AWS (ECR with its registry, S3, STS, KMS) on 127.0.0.1 until Ctrl-C.',
  options: [
    { flags: '--seed <seed>', does: 'what is in it at first', choices: [...seeds], default: 'demo' },
    { flags: '--aws-port <port>', does: 'port of the AWS APIs', default: 'any free one' },
    { flags: '--registry-port <port>', does: 'port of the registry (/v2/)', default: 'any free one' },
    { flags: '--state <folder>', does: 'keep everything there between runs', default: 'a temporary folder' },
    { flags: '--enforce-iam', does: 'callers need IAM permissions, as in AWS' },
  ],
  examples: [
    { line: 'holdfast sandbox', does: 'a messy demo registry' },
    { line: 'holdfast sandbox --seed clean', does: 'a registry in which the audit finds nothing' },
    { line: 'holdfast sandbox --seed empty --state ./simulated-aws', does: 'an empty one that remembers' },
    { line: 'holdfast sandbox --aws-port 4566 --registry-port 4567', does: 'at ports that scripts know' },
  ],
  run: async (context, options) => {
    const { startSandbox } = await import('../../sandbox/start.ts')
    const state = option.text(options, 'state')
    const running = await startSandbox({
      seed: seeds.find((each) => each === option.text(options, 'seed')) ?? 'demo',
      awsPort: portOf(options, 'awsPort'),
      registryPort: portOf(options, 'registryPort'),
      enforceIam: option.flag(options, 'enforceIam'),
      ...(state && { stateDir: resolve(context.io.cwd, state) }),
    })
    try {
      const { awsEndpoint, registryEndpoint, accounts } = running
      const ready = { schema: 'holdfast.sandbox/1', awsEndpoint, registryEndpoint, accounts }
      await context.answer(ready, () => readyText(running))
      if (!context.io.signal.aborted) await once(context.io.signal, 'abort')
    } finally {
      await running.close()
    }
    return exit.ok
  },
}

function portOf(options: Record<string, unknown>, name: string): number {
  const text = option.text(options, name)
  if (text === undefined) return 0
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new HoldfastError('usage', {
    what: `Not a port: ${JSON.stringify(text)}`,
    next: 'Give a number from 0 to 65535.',
  })
}

export function readyText(running: Pick<Sandbox, 'awsEndpoint' | 'registryEndpoint' | 'accounts'>): string {
  const [first] = running.accounts
  const accounts = running.accounts.map((a) => `  account ${a.id}  ${a.accessKeyId}  ${a.regions.join(', ')}`)
  return `The simulated AWS is ready. Nothing in it is real; it listens on this machine only.

  AWS APIs  ${running.awsEndpoint}
  Registry  ${running.registryEndpoint}
${accounts.join('\n')}

In another terminal:

  export AWS_ENDPOINT_URL=${running.awsEndpoint}
  export HOLDFAST_REGISTRY_ENDPOINT=${running.registryEndpoint}
  export AWS_ACCESS_KEY_ID=${first?.accessKeyId} AWS_SECRET_ACCESS_KEY=${first?.secretAccessKey}
  export AWS_REGION=${first?.regions[0]} AWS_DEFAULT_REGION=${first?.regions[0]}

Then: holdfast audit · holdfast backup · aws ecr describe-repositories. Ctrl-C stops it.`
}
