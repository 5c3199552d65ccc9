import { parseArn } from '../../core/arn.ts'
import type { Answer, Inventory, KmsKey, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { keyArn, keyOf } from '../repository-key.ts'
import type { AuditSettings } from '../settings.ts'

export const kmsKeyPlace: RepositoryControl = {
  id: 'kms-key-place',
  title: 'The key of the images belongs to this account or to one that you trust',
  severity: 'info',
  why: 'Whoever owns the key can end every push and pull, without any right in this account.',
  needs: ['ecr:DescribeRepositories', 'kms:DescribeKey'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SC-12', 'SC-28'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.24'] },
  ],
  fix: 'Copy the images into a new repository with a key of this account, or name the other one in trustedAccounts.',
  scope: 'repository',
  judge: (repository, inventory, settings) => {
    const found = keyOf(repository, inventory)
    if (found.kind === 'none') return notApplicable('No key of KMS: encrypted with AES256.')
    if (found.kind === 'unnamed') return unknown(found.missing)
    const place = placeOf(found.name, found.key)
    if (place) return judgePlace(place, { key: found.key, repository, inventory, settings })
    if ('error' in found.key) return unknown(found.key.error)
    return { status: 'unknown', reason: 'Not judged: neither ECR nor KMS says where the key is.' }
  },
}

interface Place {
  account: string
  region: string
}

interface Judging {
  key: Answer<KmsKey>
  repository: RepositoryInventory
  inventory: Inventory
  settings: AuditSettings
}

/** The ARN of a key tells it by itself. */
function placeOf(name: string, key: Answer<KmsKey>): Place | undefined {
  const arn = parseArn(keyArn(name, key) ?? '')
  const place = 'ok' in key ? key.ok : arn
  return place?.account && place.region ? { account: place.account, region: place.region } : undefined
}

function judgePlace({ account, region }: Place, { key, repository, inventory, settings }: Judging): Verdict {
  const { registry } = inventory
  const layers = repository.encryption.type === 'KMS_DSSE' ? ', in two layers (KMS_DSSE)' : ''
  const evidence = { account, region, type: repository.encryption.type }
  // ECR takes keys of its own Region only (ecr-facts 7): an answer that says otherwise is not understood.
  if (region !== registry.region)
    return fail(`The key is in ${region}, the repository in ${registry.region}.`, evidence)
  if (account === registry.account) return pass(`A key of this account and Region${layers}.`, evidence)
  if (!settings.trustedAccounts.includes(account)) {
    const how = 'which can end every push and pull'
    return fail(`The key belongs to account ${account}, ${how}${layers}.`, { ...evidence, ...stateOf(key) })
  }
  if ('error' in key) return unknown(key.error)
  if (key.ok.state === 'Enabled')
    return pass(`An enabled key of the trusted account ${account}${layers}.`, evidence)
  const reason = `The key of the trusted account ${account} is not enabled (${key.ok.state}).`
  return fail(reason, { ...evidence, ...stateOf(key) })
}

function stateOf(key: Answer<KmsKey>): { state?: string } {
  return 'ok' in key ? { state: key.ok.state } : {}
}
