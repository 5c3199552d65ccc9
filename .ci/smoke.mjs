// The built command, from start to end, on whatever Node runs this file: serve a sandbox with the demo's registries,
// back one up, verify it, list it. Every child is stopped by its own handle.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const cli = 'dist/cli/bin.js'
const folder = mkdtempSync(join(tmpdir(), 'holdfast-smoke-'))
const isolated = {
  PATH: process.env.PATH,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const sandbox = spawn(process.execPath, [cli, 'sandbox', '--format', 'json'], {
  env: isolated,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = new Promise((resolve) => sandbox.once('close', resolve))
try {
  const { awsEndpoint, registryEndpoint, accounts } = await firstDocument()
  const [account] = accounts
  const env = {
    ...isolated,
    AWS_ENDPOINT_URL: awsEndpoint,
    HOLDFAST_REGISTRY_ENDPOINT: registryEndpoint,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_REGION: account.regions[0],
  }
  const vault = join(folder, 'vault')
  holdfast(['--help'], env)
  // Archived images of the demo can't be read: a partial backup (exit 4) is the right answer there.
  holdfast(['backup', '--vault', vault, '--format', 'json'], env, [0, 4])
  holdfast(['verify', '--data', '--vault', vault, '--format', 'json'], env)
  const { snapshots } = JSON.parse(holdfast(['snapshots', '--vault', vault, '--format', 'json'], env))
  if (snapshots.length !== 1) throw new Error(`expected one snapshot, found ${snapshots.length}`)
  process.stdout.write(`The built command works on Node ${process.version}.\n`)
} finally {
  sandbox.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

function holdfast(args, env, allowed = [0]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' })
  if (!allowed.includes(status)) throw new Error(`holdfast ${args[0]}: exit ${status}\n${stdout}\n${stderr}`)
  return stdout
}

async function firstDocument() {
  let text = ''
  for await (const chunk of sandbox.stdout) {
    text += chunk
    if (!text.trimEnd().endsWith('}')) continue
    try {
      const document = JSON.parse(text)
      sandbox.stdout.resume()
      return document
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  throw new Error('the sandbox ended before it was ready')
}
