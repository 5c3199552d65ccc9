import { HoldfastError } from '../../core/errors.ts'
import type { Call, Json } from '../call.ts'
import type { Door } from '../door.ts'
import type { Change, Kind, Target } from '../kind.ts'
import { accessLines } from './access-lines.ts'
import { noSuchEntity } from './holder.ts'
import { managedDocument } from './managed-document.ts'
import { policyLines, sameText } from './policy-text.ts'

type ManagedPolicy = {
  /** The text of the version that counts. */
  document: string
  /** Null: whatever number IAM gives the version that is made. */
  version: string | null
  /** Versions that are kept beside it, sorted; one of them is the one to return to. */
  others: string[]
}

/**
 * A policy of the account that several may have; the resource is its ARN. A change makes a new version, and keeps the old
 * one to return to; the way back is to let that count again and to delete the new one.
 */
export const managedPolicy: Kind<ManagedPolicy> = {
  name: 'managed-policy',
  title: 'managed policy',
  reads: ({ resource }) =>
    ['GetPolicy', 'GetPolicyVersion', 'ListPolicyVersions'].map((operation) => ({
      ...{ action: `iam:${operation}`, resource },
    })),
  read: async (door, target) => ({ state: (await policyOf(door, target)) ?? null }),
  calls,
  risk: () => 'visible',
  isBetween: ({ from, to }, current) =>
    from !== null && current !== null && (isMade(from, current) || (to !== null && isMade(to, current))),
  isSame: (one, other) => {
    if (one === null || other === null) return one === other
    const version = one.version === null || other.version === null || one.version === other.version
    return version && sameText(one.document, other.document) && one.others.join() === other.others.join()
  },
  guard: async (_, { resource, to }) => {
    if (to !== null && to.version === null && to.others.length >= mostVersions)
      throw full(resource, to.others[0] ?? 'v1')
  },
  access: ({ resource: arn, to }, inventory) => {
    if (to === null || managedDocument(inventory, arn) === undefined) return { gains: [], loses: [] }
    return accessLines(inventory, { managedPolicy: { arn, document: to.document } })
  },
  lines: ({ document }) => policyLines(document),
  cloudformation: ({ resource }, { document }) => ({
    type: 'AWS::IAM::ManagedPolicy',
    properties: { ManagedPolicyName: nameIn(resource), PolicyDocument: JSON.parse(document) },
    identifier: { PolicyArn: resource },
  }),
  terraform: ({ resource }, { document }) => ({
    type: 'aws_iam_policy',
    arguments: { name: nameIn(resource), path: pathIn(resource), policy: document },
    importId: resource,
  }),
}

/** How it is wanted: with this text, and what it is now kept to return to. */
export function newVersion(state: ManagedPolicy | null, document: string): ManagedPolicy {
  if (state === null) return { document, version: null, others: [] }
  if (sameText(state.document, document)) return state
  const others = [...state.others, ...(state.version === null ? [] : [state.version])].sort()
  return { document, version: null, others }
}

/** IAM keeps five at most. */
const mostVersions = 5

/** A version more than there should be, and the one that counts is another: a way back that stopped half way. */
function isMade(meant: ManagedPolicy, current: ManagedPolicy): boolean {
  return (
    sameText(meant.document, current.document) &&
    (meant.version === null || meant.version === current.version) &&
    meant.others.every((one) => current.others.includes(one))
  )
}

function calls({ resource, from, to }: Change<ManagedPolicy>): Call[] {
  const send = (operation: string, input: { [key: string]: Json }): Call => ({
    ...{ service: 'iam', operation, input, needs: [{ action: `iam:${operation}`, resource }] },
  })
  const onPolicy = (operation: string, more: { [key: string]: Json } = {}) =>
    send(operation, { PolicyArn: resource, ...more })
  const drop = (version: string) => onPolicy('DeletePolicyVersion', { VersionId: version })
  if (to === null) return from === null ? [] : [...from.others.map(drop), onPolicy('DeletePolicy')]
  if (from === null) {
    const named = { PolicyName: nameIn(resource), Path: pathIn(resource) }
    return [send('CreatePolicy', { ...named, PolicyDocument: to.document })]
  }
  const versions = [...from.others, from.version ?? madeByTheRun]
  const kept = to.version === null ? to.others : [...to.others, to.version]
  const extra = versions.filter((version) => !kept.includes(version))
  if (to.version !== null) {
    const back =
      from.version === to.version ? [] : [onPolicy('SetDefaultPolicyVersion', { VersionId: to.version })]
    return [...back, ...extra.map(drop)]
  }
  const unused = extra.filter((version) => version !== from.version)
  return [
    ...unused.map(drop),
    onPolicy('CreatePolicyVersion', { PolicyDocument: to.document, SetAsDefault: true }),
  ]
}

/** In what is shown of a way back; when it is gone, the number has been read. */
const madeByTheRun = '(the version that the run made)'

async function policyOf(
  door: Door,
  { resource: PolicyArn, region }: Target,
): Promise<ManagedPolicy | undefined> {
  const asked = { region, resource: PolicyArn }
  const found = await door.find('iam', 'GetPolicy', { input: { PolicyArn }, ...asked, absent: noSuchEntity })
  const version = found?.Policy?.DefaultVersionId
  if (version === undefined) return undefined
  // Five at most: one page.
  const { Versions = [] } = await door.ask('iam', 'ListPolicyVersions', { input: { PolicyArn }, ...asked })
  const { PolicyVersion } = await door.ask('iam', 'GetPolicyVersion', {
    ...{ input: { PolicyArn, VersionId: version }, ...asked },
  })
  return {
    // IAM answers it in the form of URLs.
    document: decodeURIComponent(PolicyVersion?.Document ?? ''),
    version,
    others: Versions.flatMap(({ VersionId: id }) => (id && id !== version ? [id] : [])).sort(),
  }
}

function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

function pathIn(arn: string): string {
  return arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
}

function full(arn: string, version: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `${arn} has ${mostVersions} versions, and IAM keeps no more.`,
    why: 'A version that is deleted does not come back, so that none is deleted for you.',
    next: `Delete one that nobody needs, and plan again: aws iam delete-policy-version --policy-arn ${arn} --version-id ${version}`,
  })
}
