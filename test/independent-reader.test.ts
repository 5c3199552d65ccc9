import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { findProgram } from './real/find-program.ts'
import { run } from './real/run.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { restoreToLayout } from './support/independent-reader.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

/** `repository:tag` -> digest, of what can be pulled, as the API tells it. */
async function taggedImages(sandbox: TestSandbox): Promise<Map<string, string>> {
  const { id: _, regions, ...credentials } = sandbox.accounts[0]!
  const ecr = new ECRClient({ endpoint: sandbox.awsEndpoint, region: regions[0]!, credentials })
  const found = new Map<string, string>()
  const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}))
  for (const { repositoryName } of repositories) {
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    for (const { imageTags = [], imageDigest = '' } of imageDetails)
      for (const tag of imageTags) found.set(`${repositoryName}:${tag}`, imageDigest)
  }
  ecr.destroy()
  return found
}

async function backedUpDemo() {
  const sandbox = await testSandbox()
  const vault = join(temporaryFolder(), 'vault')
  // The demo registry has an archived image, which makes every backup of it partial.
  const { code } = await runCli(['backup', '--vault', vault], { env: sandbox.env })
  expect(code).toBe(exit.partial)
  return { sandbox, vault }
}

function placeOf(reference: string) {
  const colon = reference.lastIndexOf(':')
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) }
}

test('a reader that knows the page only gets every image out of a vault', async () => {
  const { sandbox, vault } = await backedUpDemo()
  const images = await taggedImages(sandbox)
  expect(images.size).toBeGreaterThan(10)
  const skopeo = findProgram('skopeo')
  const out = temporaryFolder()
  for (const [at, [reference, digest]] of [...images].entries()) {
    const layout = join(out, String(at))
    const { repository, tag } = placeOf(reference)
    const restored = restoreToLayout({ vault, repository, tag, out: layout })
    expect(restored.digest).toBe(digest)
    expect(readdirSync(join(layout, 'blobs/sha256'))).toHaveLength(restored.blobs)
    if (skopeo && at < 3) {
      const { stdout } = await run(skopeo, ['inspect', '--raw', `oci:${layout}:${tag}`])
      expect(stdout).toBe(readFileSync(join(layout, 'blobs/sha256', digest.slice(7)), 'utf8'))
    }
  }
})

test('it takes the newest of several snapshots', async () => {
  const { sandbox, vault } = await backedUpDemo()
  const [registry = ''] = readdirSync(join(vault, 'snapshots'))
  await runCli(['backup', '--vault', vault], { env: sandbox.env })
  expect(readdirSync(join(vault, 'snapshots', registry))).toHaveLength(2)
  const [reference = '', digest] = [...(await taggedImages(sandbox))][0]!
  const wanted = { vault, registry, ...placeOf(reference), out: temporaryFolder() }
  expect(restoreToLayout(wanted).digest).toBe(digest)
})

test.each(['blobs/sha256', 'states', 'shards'])('it refuses a changed byte in %s', async (folder) => {
  const { sandbox, vault } = await backedUpDemo()
  const [reference = ''] = [...(await taggedImages(sandbox)).keys()]
  for (const name of readdirSync(join(vault, folder))) {
    const path = join(vault, folder, name)
    const bytes = readFileSync(path)
    bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1
    writeFileSync(path, bytes)
  }
  const wanted = { vault, ...placeOf(reference), out: temporaryFolder() }
  expect(() => restoreToLayout(wanted)).toThrow()
})

test('it is small, and shares nothing with src', () => {
  const text = readFileSync(join(import.meta.dirname, 'support/independent-reader.ts'), 'utf8')
  expect(text.split('\n').length).toBeLessThan(150)
  const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from)
  expect(imports.filter((from) => !from?.startsWith('node:'))).toEqual([])
})
