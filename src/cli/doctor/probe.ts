import type { AwsContext } from '../../aws/context.ts'
import { type Job, jobs, permissions } from '../../aws/permissions.ts'
import { hasCode } from '../../core/errors.ts'
import { type EcrControl, ecrControl } from '../../ecr/control.ts'
import { manifestMediaTypes } from '../../oci/media-types.ts'

/** What an identity may do of a job. `untried`: it could only be tried by changing something. */
export interface JobAnswer {
  job: Job
  allowed: string[]
  denied: string[]
  untried: string[]
}

type Probe = (ecr: EcrControl, repository: string, signal: AbortSignal) => Promise<unknown>

/** No image has this digest, so reading it changes nothing; the answer still tells whether reading is allowed. */
const nothing = `sha256:${'0'.repeat(64)}`

/** Reads that change nothing, one for each action that can be tried so. */
const probes: Record<string, Probe> = {
  'ecr:DescribeRepositories': (ecr, repository, signal) => ecr.describeRepository(repository, signal),
  'ecr:DescribeImages': (ecr, repository, signal) => ecr.describeImages(repository, signal),
  'ecr:GetRepositoryPolicy': (ecr, repository, signal) => ecr.getRepositoryPolicy(repository, signal),
  'ecr:GetLifecyclePolicy': (ecr, repository, signal) => ecr.getLifecyclePolicy(repository, signal),
  'ecr:ListTagsForResource': async (ecr, repository, signal) => {
    const found = await ecr.describeRepository(repository, signal)
    return found && ecr.listTagsForResource(found.arn, signal)
  },
  'ecr:BatchGetRepositoryScanningConfiguration': (ecr, repository, signal) =>
    readAll(ecr.batchGetRepositoryScanningConfiguration([repository], signal)),
  'ecr:DescribeImageScanFindings': (ecr, repository, signal) =>
    ecr.describeImageScanFindings(repository, nothing, signal),
  'ecr:GetRegistryPolicy': (ecr, _, signal) => ecr.getRegistryPolicy(signal),
  'ecr:GetRegistryScanningConfiguration': (ecr, _, signal) => ecr.getRegistryScanningConfiguration(signal),
  'ecr:DescribeRegistry': (ecr, _, signal) => ecr.describeRegistry(signal),
  'ecr:ListPullTimeUpdateExclusions': (ecr, _, signal) => ecr.listPullTimeUpdateExclusions(signal),
  'ecr:GetAccountSetting': (ecr, _, signal) => ecr.getAccountSetting('REGISTRY_POLICY_SCOPE', signal),
  'ecr:GetSigningConfiguration': (ecr, _, signal) => ecr.getSigningConfiguration(signal),
  'ecr:DescribePullThroughCacheRules': (ecr, _, signal) => ecr.describePullThroughCacheRules(signal),
  'ecr:DescribeRepositoryCreationTemplates': (ecr, _, signal) =>
    ecr.describeRepositoryCreationTemplates(signal),
  'ecr:GetAuthorizationToken': (ecr, _, signal) => ecr.getAuthorizationToken(signal),
  'ecr:BatchGetImage': (ecr, repository, signal) => {
    const wanted = { repository, digests: [nothing], mediaTypes: manifestMediaTypes }
    return readAll(ecr.batchGetImage(wanted, signal))
  },
  'ecr:GetDownloadUrlForLayer': (ecr, repository, signal) =>
    ecr.getDownloadUrlForLayer(repository, nothing, signal),
}

async function readAll(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of answers);
}

/** Tries every action that can be tried without changing anything, on the repository given. */
export async function probeJobs(
  aws: AwsContext,
  repository: string | undefined,
  signal: AbortSignal,
): Promise<JobAnswer[]> {
  const ecr = ecrControl(aws)
  try {
    const tried = new Map<string, boolean>()
    for (const [action, probe] of Object.entries(probes)) {
      if (repository !== undefined) tried.set(action, await allowed(() => probe(ecr, repository, signal)))
    }
    return jobs.map((job) => answerFor(job, tried))
  } finally {
    ecr.close()
  }
}

function answerFor(job: Job, tried: Map<string, boolean>): JobAnswer {
  const actions = permissions[job].map(({ action }) => action)
  return {
    job,
    allowed: actions.filter((action) => tried.get(action) === true),
    denied: actions.filter((action) => tried.get(action) === false),
    untried: actions.filter((action) => !tried.has(action)),
  }
}

/** Whatever else the answer is (there is no such image, no such policy): it was not a refusal. */
async function allowed(probe: () => Promise<unknown>): Promise<boolean> {
  try {
    await probe()
    return true
  } catch (error) {
    if (hasCode(error, 'access-denied')) return false
    if (hasCode(error, 'registry-not-found', 'aws-request-failed', 'key-unusable')) return true
    throw error
  }
}
