import type { AwsContext } from '../../aws/context.ts'
import { type Digest, isDigest } from '../../core/digest.ts'
import type { Run } from '../../core/run.ts'
import { type EcrControl, ecrControl } from '../../ecr/control.ts'
import { ecrIdentity } from '../../ecr/identity.ts'
import { readRegistrySettings } from '../../ecr/read-registry.ts'
import { readRepositorySettings } from '../../ecr/read-settings.ts'
import { EcrRegistryClient } from '../../ecr/registry-client.ts'
import type { RegistryIdentity, RegistrySettings, RepositorySettings } from '../../vault/format.ts'
import type { RegistryChange } from '../report.ts'
import type { PutManifest, RepositoryContents, Target } from '../target.ts'
import { applyEcrRegistrySetting } from './ecr-registry.ts'
import { applyEcrSettings, settableTags } from './ecr-settings.ts'
import { putManifest } from './put-manifest.ts'

export async function openEcrTarget(
  aws: AwsContext,
  named: { account?: string; region?: string },
  run: Run,
): Promise<Target> {
  return new EcrTarget(aws, await ecrIdentity(aws, named), run)
}

class EcrTarget implements Target {
  readonly identity: RegistryIdentity
  readonly principal: string
  readonly #aws: AwsContext
  readonly #control: EcrControl
  readonly #registry: EcrRegistryClient

  constructor(aws: AwsContext, open: { registry: RegistryIdentity; principal: string }, run: Run) {
    this.identity = open.registry
    this.principal = open.principal
    this.#aws = aws
    this.#control = ecrControl(aws)
    this.#registry = new EcrRegistryClient(aws, this.#control, run.clock)
  }

  async settings(repository: string, signal: AbortSignal): Promise<RepositorySettings | undefined> {
    const found = await this.#control.describeRepository(repository, signal)
    return found && readRepositorySettings(this.#control, found, signal)
  }

  async contents(repository: string, signal: AbortSignal): Promise<RepositoryContents> {
    const digests = new Set<Digest>()
    const tags = new Map<string, Digest>()
    const activeSince = new Map<Digest, string>()
    for (const image of await this.#control.describeImages(repository, signal)) {
      const { digest, tags: names, pushedAt, status, activatedAt } = image
      if (!isDigest(digest)) continue
      digests.add(digest)
      for (const name of names) tags.set(name, digest)
      if (status === 'ACTIVE' && pushedAt && !activatedAt) activeSince.set(digest, pushedAt)
    }
    return { digests, tags, activeSince }
  }

  /** With its resource tags: where access depends on tags, a repository without them could not be written to. */
  async createRepository(
    repository: string,
    settings: RepositorySettings,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { encryption, resourceTags = {} } = settings
    const tags = settableTags(resourceTags)
    return this.#control.createRepository(
      {
        name: repository,
        ...(encryption && { encryption }),
        ...(Object.keys(tags).length > 0 && { tags }),
      },
      signal,
    )
  }

  async hasBlob(repository: string, digest: Digest, signal: AbortSignal): Promise<boolean> {
    const client = await this.#registry.client()
    return (await client.headBlob(repository, digest, signal)) !== undefined
  }

  async mountBlob(repository: string, digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#registry.client()).mountBlob(repository, digest, from, signal)
  }

  async putBlob(...[repository, digest, size, body, signal]: Parameters<Target['putBlob']>): Promise<void> {
    await (await this.#registry.client()).putBlob(repository, { digest, size, body }, signal)
  }

  async putManifest(repository: string, manifest: PutManifest, signal: AbortSignal): Promise<void> {
    await putManifest(await this.#registry.client(), repository, manifest, signal)
  }

  async applySettings(repository: string, settings: RepositorySettings, signal: AbortSignal): Promise<void> {
    await applyEcrSettings(this.#control, { repository, settings }, signal)
  }

  registrySettings(signal: AbortSignal): Promise<RegistrySettings> {
    return readRegistrySettings(this.#control, signal)
  }

  applyRegistrySetting(change: RegistryChange, signal: AbortSignal): Promise<void> {
    return applyEcrRegistrySetting(this.#control, change, signal)
  }

  async archive(repository: string, digest: Digest, signal: AbortSignal): Promise<void> {
    await this.#control.updateImageStorageClass(repository, { digest, storageClass: 'ARCHIVE' }, signal)
  }

  putsPerSecond(): number | undefined {
    return this.#aws.budget.rateOf('ecr:PutImage')
  }

  /** Each takes one request to begin and one that ends it. */
  uploadsPerSecond(): number | undefined {
    const steps = ['ecr:InitiateLayerUpload', 'ecr:CompleteLayerUpload']
    const rates = steps.flatMap((step) => this.#aws.budget.rateOf(step) ?? [])
    return rates.length > 0 ? Math.min(...rates) : undefined
  }

  requests(): Record<string, number> {
    return { ...this.#aws.requests(), ...this.#registry.requests() }
  }

  async close(): Promise<void> {
    this.#control.close()
    await this.#registry.close()
  }
}
