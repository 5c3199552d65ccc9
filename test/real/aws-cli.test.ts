import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsCli, awsJson } from './aws-cli.ts'
import { buildImage, debianPackages } from './image.ts'
import { describeWith, program } from './programs.ts'
import { run } from './run.ts'
import { type RunningSandbox, startSandboxProcess } from './servers/sandbox.ts'

describeWith(['aws', 'skopeo', 'umoci', 'dpkg-deb'], 'AWS CLI against the sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-aws-cli-'))
  let sandbox: RunningSandbox

  beforeAll(async () => {
    sandbox = await startSandboxProcess()
  })
  afterAll(async () => {
    await sandbox?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('sts get-caller-identity names the account', async () => {
    const { Account } = await awsJson(sandbox, ['sts', 'get-caller-identity'])
    expect(Account).toBe(sandbox.accountId)
  })

  test('ecr create-repository, and the same name again is refused', async () => {
    const create = ['ecr', 'create-repository', '--repository-name', 'team/api']
    const { repository } = await awsJson<{ repository: Record<string, string> }>(sandbox, create)
    expect(repository).toMatchObject({
      repositoryName: 'team/api',
      registryId: sandbox.accountId,
      repositoryArn: `arn:aws:ecr:${sandbox.region}:${sandbox.accountId}:repository/team/api`,
    })
    await expect(awsCli(sandbox, create)).rejects.toThrow('RepositoryAlreadyExistsException')
  })

  test('ecr get-login-password opens the registry, and describe-images shows what was pushed', async () => {
    const password = (await awsCli(sandbox, ['ecr', 'get-login-password'])).trim()
    const packages = debianPackages().slice(0, 1)
    const image = await buildImage(join(folder, 'build'), 'v1', packages)
    const target = `docker://${new URL(sandbox.registryEndpoint).host}/team/api:v1`
    const push = ['copy', '--quiet', '--dest-tls-verify=false', '--dest-creds', `AWS:${password}`]
    await run(program('skopeo'), [...push, `oci:${image}`, target])
    const { stdout: digest } = await run(program('skopeo'), [
      'inspect',
      '--format',
      '{{.Digest}}',
      `oci:${image}`,
    ])
    const { imageDetails } = await awsJson<{ imageDetails: Record<string, unknown>[] }>(sandbox, [
      'ecr',
      'describe-images',
      '--repository-name',
      'team/api',
    ])
    expect(imageDetails).toHaveLength(1)
    expect(imageDetails[0]).toMatchObject({ imageDigest: digest.trim(), imageTags: ['v1'] })
    // This version prints times as seconds.
    expect(Date.now() / 1000 - Number(imageDetails[0]?.['imagePushedAt'])).toBeLessThan(600)
  })

  test('ecr put-lifecycle-policy stores a valid policy and refuses an invalid one', async () => {
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    }
    const put = (rules: object[]) => [
      'ecr',
      'put-lifecycle-policy',
      '--repository-name',
      'team/api',
      '--lifecycle-policy-text',
      JSON.stringify({ rules }),
    ]
    await awsCli(sandbox, put([rule]))
    const get = ['ecr', 'get-lifecycle-policy', '--repository-name', 'team/api']
    const { lifecyclePolicyText } = await awsJson<{ lifecyclePolicyText: string }>(sandbox, get)
    expect(JSON.parse(lifecyclePolicyText)).toEqual({ rules: [rule] })
    await expect(awsCli(sandbox, put([rule, rule]))).rejects.toThrow('InvalidParameterException')
  })

  test('s3 cp takes a file of 100 MB there and back, byte for byte', async () => {
    const source = join(folder, 'source.bin')
    const back = join(folder, 'back.bin')
    writeFileSync(source, randomBytes(100_000_000))
    await awsCli(sandbox, ['s3', 'mb', 's3://holdfast-cli'])
    await awsCli(sandbox, ['s3', 'cp', '--no-progress', source, 's3://holdfast-cli/a/large.bin'])
    await awsCli(sandbox, ['s3', 'cp', '--no-progress', 's3://holdfast-cli/a/large.bin', back])
    expect(sha256(back)).toBe(sha256(source))
    expect(await awsCli(sandbox, ['s3', 'ls', 's3://holdfast-cli/a/'])).toContain('100000000 large.bin')
  })

  test('a wrong secret key is refused', async () => {
    const env = { ...sandbox.env, AWS_SECRET_ACCESS_KEY: 'wrong' }
    await expect(run(program('aws'), ['ecr', 'describe-repositories'], { env })).rejects.toThrow(
      /InvalidSignature|SignatureDoesNotMatch/,
    )
  })
})

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
