import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { openAws } from '../src/aws/open.ts'
import type { BackupReport } from '../src/backup/report.ts'
import { type Digest, digestOf } from '../src/core/digest.ts'
import { exit } from '../src/core/errors.ts'
import { quietRun } from '../src/core/run.ts'
import { mediaType } from '../src/oci/media-types.ts'
import type { RestoreReport } from '../src/restore/report.ts'
import { openTarget } from '../src/restore/targets/open.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

const home = 'ecr://111122223333/eu-west-1'
const overseas = 'ecr://111122223333/us-east-1'
const partner = 'ecr://444455556666/eu-west-1'

function environments(sandbox: TestSandbox) {
  const other = sandbox.accounts[1]!
  const keys = { AWS_ACCESS_KEY_ID: other.accessKeyId, AWS_SECRET_ACCESS_KEY: other.secretAccessKey }
  return { own: sandbox.env, others: { ...sandbox.env, ...keys } }
}

/** An image that no other registry has: one layer, one config, one manifest. */
async function pushImage(sandbox: TestSandbox, region: string, repository: string): Promise<Digest> {
  const { awsEndpoint: endpoint, registryEndpoint, accounts } = sandbox
  const aws = await openAws({ region, credentials: accounts[0]!, endpoint, registryEndpoint }, { env: {} })
  const target = await openTarget({ kind: 'ecr' }, { aws }, quietRun())
  onTestFinished(() => target.close().then(() => aws.close()))
  const { signal } = new AbortController()
  const put = async (text: string, type: string) => {
    const bytes = Buffer.from(text)
    await target.putBlob(repository, digestOf(bytes), bytes.length, Readable.from([bytes]), signal)
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
  }
  const config = await put(`{"only":"${region}"}`, 'application/vnd.oci.image.config.v1+json')
  const layers = [await put(`only in ${region}`, 'application/vnd.oci.image.layer.v1.tar')]
  const document = { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers }
  const bytes = Buffer.from(JSON.stringify(document))
  const digest = digestOf(bytes)
  await target.putManifest(
    repository,
    { digest, mediaType: mediaType.ociManifest, bytes, tag: region },
    signal,
  )
  return digest
}

test('two accounts and two Regions in one vault: each blob once, and every command knows which is which', async () => {
  const sandbox = await testSandbox()
  const { own, others } = environments(sandbox)
  const cwd = temporaryFolder()
  const json = async <T>(argv: string[], env = own) =>
    (await runCli([...argv, '--format', 'json'], { env, cwd })).json<T & object>()
  const shop = ['--repository', 'shop/api', '--repository', 'shop/web']

  const first = await json<BackupReport>(['backup', home, ...shop])
  expect(first).toMatchObject({ complete: true, registry: { url: home } })
  await runCli(['restore', 'latest', '--to', overseas], { env: own, cwd })
  await runCli(['restore', 'latest', '--to', partner], { env: others, cwd })
  const only = await pushImage(sandbox, 'us-east-1', 'shop/api')

  // The second Region: its own image is copied, and of the rest nothing.
  const second = await json<BackupReport>(['backup', overseas, ...shop])
  expect(second).toMatchObject({
    complete: true,
    registry: { url: overseas },
    manifests: first.manifests + 1,
    copied: { manifests: 1, blobs: 2 },
    requests: { blobRequests: 2 },
  })
  expect(second.parent).toBeUndefined()
  // The second account, with its credentials.
  const third = await json<BackupReport>(['backup', partner, ...shop], others)
  expect(third).toMatchObject({
    complete: true,
    registry: { url: partner },
    manifests: first.manifests,
    copied: { manifests: 0, blobs: 0, bytes: 0 },
    requests: { blobRequests: 0 },
  })

  const { snapshots } = await json<{ snapshots: { id: string; registry: string }[] }>(['snapshots'])
  expect(snapshots.map(({ id }) => id)).toEqual([first.snapshot, second.snapshot, third.snapshot])
  const shown = await runCli(['snapshots'], { env: own, cwd })
  for (const url of [home, overseas, partner]) expect(shown.stdout).toContain(url)
  expect((await json<{ ok: boolean }>(['verify', '--data'])).ok).toBe(true)

  // `latest` alone would be a guess; a registry, or an id, is not.
  const vague = await runCli(['restore', 'latest', '--to', home, '--prefix', 'drill/'], { env: own, cwd })
  expect([vague.code, vague.stderr]).toEqual([exit.usage, expect.stringContaining('several registries')])
  const drill = (which: string[]) =>
    json<RestoreReport>(['restore', ...which, '--to', home, '--prefix', 'drill/'])
  expect(await drill(['latest', '--from', home])).toMatchObject({
    snapshot: first.snapshot,
    identical: true,
  })
  const back = await drill(['latest', '--from', overseas])
  expect(back).toMatchObject({ snapshot: second.snapshot, identical: true, manifests: 1 })
  expect(await drill([third.snapshot])).toMatchObject({ snapshot: third.snapshot, manifests: 0 })

  // The next run of each registry goes on from its own snapshot.
  const again = await json<BackupReport>(['backup', overseas, ...shop])
  expect(again).toMatchObject({ parent: second.snapshot, requests: { manifestRequests: 0, blobRequests: 0 } })
  const history = await json<{ repositories?: unknown }>([
    'history',
    'shop/api:us-east-1',
    '--from',
    overseas,
  ])
  expect(JSON.stringify(history)).toContain(only)
})

test('credentials of one account do not back up another', async () => {
  const sandbox = await testSandbox()
  const { own } = environments(sandbox)
  const { code, stderr } = await runCli(['backup', partner], { env: own, cwd: temporaryFolder() })
  expect([code, stderr]).toEqual([exit.credentials, expect.stringContaining('111122223333')])
})
