import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsCli, awsJson } from './aws-cli.ts'
import { cliPath } from './holdfast.ts'
import { describeWith, program } from './programs.ts'
import { run } from './run.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

describeWith(['skopeo', 'aws'], 'the demo, judged by skopeo and the AWS CLI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
  let before: RunningSandbox
  let after: RunningSandbox

  beforeAll(async () => {
    await run(process.execPath, [cliPath, 'demo', '--keep'], { cwd: folder })
    // The seed gives the same digests every time, so a fresh one is what the demo began with.
    before = await startSandboxProcess({ seed: 'demo' })
    after = await startSandboxProcess({ seed: 'demo', state: join(folder, 'holdfast-demo/simulated-aws') })
  })
  afterAll(async () => {
    await Promise.all([before?.stop(), after?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function repositories(sandbox: RunningSandbox): Promise<string[]> {
    const query = ['--query', 'repositories[].repositoryName']
    return (await awsJson<string[]>(sandbox, ['ecr', 'describe-repositories', ...query])).sort()
  }

  /** Repository and tag -> sha256 of the manifest's bytes as skopeo gets them. */
  async function tagged(sandbox: RunningSandbox): Promise<Record<string, string>> {
    const password = (await awsCli(sandbox, ['ecr', 'get-login-password'])).trim()
    const access = ['--tls-verify=false', '--creds', `AWS:${password}`]
    const skopeo = async (...args: string[]) => (await run(program('skopeo'), args)).stdout
    const found: Record<string, string> = {}
    for (const name of await repositories(sandbox)) {
      const place = `docker://${new URL(sandbox.registryEndpoint).host}/${name}`
      const { Tags: tags } = JSON.parse(await skopeo('list-tags', ...access, place)) as { Tags: string[] }
      for (const tag of tags) {
        const raw = await skopeo('inspect', '--raw', ...access, `${place}:${tag}`)
        found[`${name}:${tag}`] = createHash('sha256').update(raw).digest('hex')
      }
    }
    return found
  }

  test('every tag leads to the manifest that it led to before the disaster', async () => {
    const was = await tagged(before)
    expect(Object.keys(was).length).toBeGreaterThan(10)
    expect(await tagged(after)).toEqual(was)
  })

  test('every image is there again, untagged ones and referrers too, with the settings of its repository', async () => {
    const names = await repositories(before)
    expect(await repositories(after)).toEqual(names)
    for (const name of names) {
      for (const question of questions(name)) {
        expect(await answerOf(after, question)).toEqual(await answerOf(before, question))
      }
    }
  })

  function questions(name: string): string[][] {
    const images =
      'sort_by(imageDetails,&imageDigest)[].[imageDigest,imageManifestMediaType,artifactMediaType,subjectManifestDigest,imageStatus,imageTags && sort(imageTags)]'
    const settings =
      'repositories[].[imageTagMutability,imageTagMutabilityExclusionFilters,encryptionConfiguration,imageScanningConfiguration]'
    return [
      ['describe-images', '--repository-name', name, '--filter', 'imageStatus=ANY', '--query', images],
      ['describe-repositories', '--repository-names', name, '--query', settings],
      ['get-repository-policy', '--repository-name', name, '--query', 'policyText'],
      ['get-lifecycle-policy', '--repository-name', name, '--query', 'lifecyclePolicyText'],
    ]
  }

  /** What is not set is an answer too: the error's name. */
  async function answerOf(sandbox: RunningSandbox, question: string[]): Promise<unknown> {
    const args = ['ecr', ...question, '--output', 'json']
    const { code, stdout, stderr } = await run(program('aws'), args, {
      env: sandbox.env,
      allowed: [254, 255],
    })
    return code === 0 ? JSON.parse(stdout) : /\((\w+Exception)\)/.exec(stderr)?.[1]
  }
})
