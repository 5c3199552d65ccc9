import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdfast, snapshotIds } from './holdfast.ts'
import { buildImage, debianPackages } from './image.ts'
import { describeWith, program } from './programs.ts'
import { run } from './run.ts'
import { type DockerRegistry, startDockerRegistry } from './servers/docker-registry.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

const programs = ['docker-registry', 'htpasswd', 'skopeo', 'umoci', 'dpkg-deb']
const creds = 'AWS:not-a-secret'
const env = { HOLDFAST_REGISTRY_USERNAME: 'AWS', HOLDFAST_REGISTRY_PASSWORD: 'not-a-secret' }

describeWith(programs, 'backup of a docker-registry and restore into an empty one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-oci-'))
  const vault = join(folder, 'vault')
  let source: DockerRegistry
  let empty: DockerRegistry
  const images = ['base/debian:12', 'base/debian:stable', 'tools/shell:1.0', 'tools/shell:1.1']

  beforeAll(async () => {
    source = await startDockerRegistry({ password: 'not-a-secret' })
    empty = await startDockerRegistry({ password: 'not-a-secret' })
    const packages = debianPackages()
    expect(packages.length, 'Debian packages in .tools/debs (bash .ci/tools.sh)').toBeGreaterThanOrEqual(3)
    for (const [index, image] of images.entries()) {
      const built = await buildImage(join(folder, 'build'), `t${index}`, packages.slice(index % 3))
      const to = ['--dest-tls-verify=false', '--dest-creds', creds]
      await run(program('skopeo'), [
        'copy',
        '--quiet',
        ...to,
        `oci:${built}`,
        `docker://${source.host}/${image}`,
      ])
    }
  })
  afterAll(async () => {
    await source?.stop()
    await empty?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function digestIn(registry: DockerRegistry, image: string): Promise<string> {
    const inspect = ['inspect', '--tls-verify=false', '--creds', creds, '--format', '{{.Digest}}']
    return (await run(program('skopeo'), [...inspect, `docker://${registry.host}/${image}`])).stdout.trim()
  }

  test('backup makes a whole snapshot, and verify reads every byte of it', async () => {
    const report = await holdfast(['backup', `oci://${source.host}`, '--vault', vault], env)
    expect(report).toMatchObject({ complete: true, repositories: 2, tags: 4 })
    expect(await holdfast(['verify', '--data', '--vault', vault])).toMatchObject({ ok: true })
  })

  test('a second backup asks for no manifest and no blob body', async () => {
    const { requests } = await holdfast<{ requests: Record<string, number> }>(
      ['backup', `oci://${source.host}`, '--vault', vault],
      env,
    )
    expect(requests).toMatchObject({ manifestRequests: 0, blobRequests: 0 })
  })

  test('restore fills the empty registry with the same digests', async () => {
    await holdfast(['restore', 'latest', '--to', `oci://${empty.host}`, '--vault', vault], env)
    for (const image of images) expect(await digestIn(empty, image)).toBe(await digestIn(source, image))
  })

  test('the restored registry backs up to the same images', async () => {
    const again = join(folder, 'again')
    await holdfast(['backup', `oci://${empty.host}`, '--vault', again], env)
    expect(await snapshotIds(again)).toHaveLength(1)
    expect(await holdfast(['verify', '--data', '--vault', again])).toMatchObject({ ok: true })
  })

  test('a wrong password is refused with the exit code of a failure, and no snapshot appears', async () => {
    const wrong = { ...env, HOLDFAST_REGISTRY_PASSWORD: 'wrong' }
    const none = join(folder, 'none')
    await expect(holdfast(['backup', `oci://${source.host}`, '--vault', none], wrong)).rejects.toThrow('exit')
  })
})

describeWith(
  ['docker-registry', 'oras'],
  'referrers of ECR in a docker-registry, which has no API for them',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-referrers-'))
    const vault = ['--vault', join(folder, 'vault')]
    let sandbox: RunningSandbox
    let empty: DockerRegistry

    beforeAll(async () => {
      sandbox = await startSandboxProcess({ seed: 'demo' })
      empty = await startDockerRegistry()
      await holdfast(['backup', '--repository', 'shop/web', ...vault], sandbox.env)
    })
    afterAll(async () => {
      await sandbox?.stop()
      await empty?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    /** What oras finds that hangs on an image, by the tags of the OCI fallback scheme. */
    async function discovered(image: string): Promise<string[]> {
      const scheme = ['--distribution-spec', 'v1.1-referrers-tag', '--plain-http', '--format', 'json']
      const { stdout } = await run(program('oras'), ['discover', ...scheme, `${empty.host}/${image}`])
      const found: { referrers?: { digest: string }[]; manifests?: { digest: string }[] } = JSON.parse(stdout)
      return (found.referrers ?? found.manifests ?? []).map(({ digest }) => digest)
    }

    test('a restore writes the tags by which oras finds them; a second one writes nothing', async () => {
      const report = await holdfast<{ referrerTags: number }>(
        ['restore', 'latest', '--to', `oci://${empty.host}`, ...vault],
        sandbox.env,
      )
      expect(report.referrerTags).toBeGreaterThan(0)
      const subjects = await taggedSubjects(empty)
      expect(subjects).toHaveLength(report.referrerTags)
      for (const { repository, subject } of subjects)
        expect((await discovered(`${repository}@${subject}`)).length).toBeGreaterThan(0)
      const again = await holdfast<{ referrerTags?: number; manifests: number }>(
        ['restore', 'latest', '--to', `oci://${empty.host}`, ...vault],
        sandbox.env,
      )
      expect(again.referrerTags).toBeUndefined()
    })
  },
)

async function taggedSubjects({ url }: DockerRegistry): Promise<{ repository: string; subject: string }[]> {
  const read = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>
  const { repositories } = await read<{ repositories: string[] }>('/v2/_catalog')
  const found: { repository: string; subject: string }[] = []
  for (const repository of repositories) {
    const { tags } = await read<{ tags: string[] | null }>(`/v2/${repository}/tags/list`)
    for (const tag of tags ?? [])
      if (/^sha256-[0-9a-f]{64}$/.test(tag)) found.push({ repository, subject: tag.replace('-', ':') })
  }
  return found
}
