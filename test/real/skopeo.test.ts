import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsCli } from './aws-cli.ts'
import { holdfast, snapshotIds } from './holdfast.ts'
import { buildImage, debianPackages } from './image.ts'
import { describeWith, program } from './programs.ts'
import { run } from './run.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

const programs = ['skopeo', 'umoci', 'dpkg-deb', 'aws']

describeWith(programs, 'a real image through ECR, backup, disaster and restore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-skopeo-'))
  const vault = join(folder, 'vault')
  let sandbox: RunningSandbox
  let destination: string
  let pushed: string

  beforeAll(async () => {
    sandbox = await startSandboxProcess()
    destination = `docker://${new URL(sandbox.registryEndpoint).host}/shop/debian:12`
  })
  afterAll(async () => {
    await sandbox?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function skopeo(...args: string[]): Promise<string> {
    return (await run(program('skopeo'), args)).stdout.trim()
  }

  /** As `docker login` does it: the user AWS and the password of `aws ecr get-login-password`. */
  async function login(): Promise<string> {
    return `AWS:${(await awsCli(sandbox, ['ecr', 'get-login-password'])).trim()}`
  }

  async function digestInRegistry(): Promise<string> {
    const inspect = ['inspect', '--tls-verify=false', '--creds', await login(), '--format', '{{.Digest}}']
    return await skopeo(...inspect, destination)
  }

  test('skopeo pushes an image of several layers into the sandbox', async () => {
    const packages = debianPackages()
    expect(packages.length, 'Debian packages in .tools/debs (bash .ci/tools.sh)').toBeGreaterThanOrEqual(3)
    await awsCli(sandbox, ['ecr', 'create-repository', '--repository-name', 'shop/debian'])
    const image = await buildImage(join(folder, 'build'), '12', packages)
    const to = ['--dest-tls-verify=false', '--dest-creds', await login()]
    await skopeo('copy', '--quiet', ...to, `oci:${image}`, destination)
    pushed = await skopeo('inspect', '--format', '{{.Digest}}', `oci:${image}`)
    expect(await digestInRegistry()).toBe(pushed)
  })

  test('a backup, the deletion of everything and a restore give the same digest back', async () => {
    await holdfast(['backup', 'ecr://', '--vault', vault], sandbox.env)
    await awsCli(sandbox, ['ecr', 'delete-repository', '--repository-name', 'shop/debian', '--force'])
    await expect(digestInRegistry()).rejects.toThrow()
    const [snapshot = ''] = await snapshotIds(vault)
    await holdfast(['restore', snapshot, '--to', 'ecr://', '--vault', vault], sandbox.env)
    expect(await digestInRegistry()).toBe(pushed)
  })

  test('skopeo pulls the restored image whole, and umoci unpacks it', async () => {
    const pulled = join(folder, 'pulled')
    const from = ['--src-tls-verify=false', '--src-creds', await login()]
    await skopeo('copy', '--quiet', ...from, destination, `oci:${pulled}:12`)
    expect(await skopeo('inspect', '--format', '{{.Digest}}', `oci:${pulled}:12`)).toBe(pushed)
    await run(program('umoci'), ['unpack', '--rootless', '--image', `${pulled}:12`, join(folder, 'bundle')])
    const { stdout } = await run(join(folder, 'bundle/rootfs/bin/bash'), ['-c', 'echo restored'])
    expect(stdout.trim()).toBe('restored')
  })
})
