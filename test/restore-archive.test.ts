import {
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { openAws } from '../src/aws/open.ts'
import { HoldfastError } from '../src/core/errors.ts'
import { quietRun } from '../src/core/run.ts'
import { planRestore, restore } from '../src/restore/restore.ts'
import { openTarget } from '../src/restore/targets/open.ts'
import type { Sandbox } from '../src/sandbox/sandbox.ts'
import { openStore } from '../src/store/open.ts'
import { openVault } from '../src/vault/vault.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

const run = quietRun()
const repositoryName = 'shop/api'

async function opened(sandbox: Sandbox, vaultFolder: string) {
  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  const { awsEndpoint: endpoint, registryEndpoint } = sandbox
  const ecr = new ECRClient({ endpoint, region: 'eu-west-1', credentials: account })
  const aws = await openAws(
    { region: 'eu-west-1', credentials: account, endpoint, registryEndpoint },
    { env: {} },
  )
  const target = await openTarget({ kind: 'ecr' }, { aws }, run)
  const store = await openStore(vaultFolder)
  onTestFinished(async () => {
    ecr.destroy()
    await Promise.all([target.close(), store.close()])
    aws.close()
  })
  const vault = await openVault(store)
  return { ecr, route: { vault, snapshot: await vault.snapshots.find('latest'), target } }
}

test('an image of the archive that an interrupted restore left active is archived by the next', async () => {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  await runCli(['backup', '--repository', repositoryName], where)
  const { ecr, route } = await opened(sandbox, `${where.cwd}/holdfast-vault`)
  const statusOf = async (imageDigest: string) => {
    const input = { repositoryName, imageIds: [{ imageDigest }], filter: { imageStatus: 'ANY' as const } }
    return (await ecr.send(new DescribeImagesCommand(input))).imageDetails?.[0]?.imageStatus
  }
  const state = await route.vault.states.read(
    (await route.vault.repositories(route.snapshot)).get(repositoryName)?.state ?? '',
  )
  const imageDigest = state.tags['latest'] ?? ''
  const input = { repositoryName, imageId: { imageDigest }, targetStorageClass: 'ARCHIVE' as const }
  await ecr.send(new UpdateImageStorageClassCommand(input))
  await runCli(['backup', '--repository', repositoryName], where)
  const later = { ...route, snapshot: await route.vault.snapshots.find('latest') }
  await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))

  const { target } = later
  const archive = target.archive.bind(target)
  target.archive = async () => {
    throw new HoldfastError('credentials-expired', { what: 'taken away', next: 'nothing' })
  }
  await expect(restore(later, await planRestore(later, {}, run), run)).rejects.toMatchObject({
    code: 'credentials-expired',
  })
  expect(await statusOf(imageDigest)).toBe('ACTIVE')
  target.archive = archive
  const report = await restore(later, await planRestore(later, {}, run), run)
  expect(report).toMatchObject({ identical: true, manifests: 0 })
  expect(await statusOf(imageDigest)).toBe('ARCHIVED')
  expect((await planRestore(later, {}, run)).repositories[0]?.archive).toEqual([])
})
