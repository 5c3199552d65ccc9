import { type NetworkGuard, type NetworkGuards, networkGuards } from '../../access/network-guard.ts'
import { matchesGlob } from '../../core/glob.ts'
import type { Answer, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { clip, join, narrowingWords } from '../grant-words.ts'
import { notJudged, readPolicy } from '../policy-verdict.ts'

export const policyNetworkGuard: RepositoryControl = {
  id: 'policy-network-guard',
  title: 'The repository can be used from named networks only where that is asked for',
  severity: 'medium',
  why: 'A stolen access key works from anywhere in the world until a Deny ties it to your networks.',
  needs: ['ecr:GetRepositoryPolicy', 'ecr:GetRegistryPolicy', 'ecr:GetAccountSetting'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['AC-17', 'SC-7'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['1.3.1'] },
    { framework: 'SOC 2', ids: ['CC6.6'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.20'] },
  ],
  fix: 'Add a Deny for * on ecr:* with StringNotEquals aws:SourceVpce and your endpoints, sparing AWS services.',
  scope: 'repository',
  judge: (repository, inventory, { requireNetworkGuard }) =>
    requireNetworkGuard.some((pattern) => matchesGlob(pattern, repository.name))
      ? judgeGuards(repository, inventory)
      : notApplicable('requireNetworkGuard in holdfast.yaml does not name it.'),
}

/** Without the layers' addresses there is no pull, without PutImage no push. */
const guarded = ['BatchGetImage', 'GetDownloadUrlForLayer', 'PutImage']

function judgeGuards(repository: RepositoryInventory, inventory: Inventory): Verdict {
  const { account } = inventory.registry
  const own = guardsIn(repository.policy, repository.arn, account)
  const shared = ofRegistry(inventory, repository.arn)
  const found = [own, shared]
  const guards = found.flatMap((one) => ('guards' in one ? one.guards : []))
  const open = guarded.filter((action) => !guards.some(({ actions }) => actions.has(action)))
  if (open.length === 0) return guardedVerdict(guards)
  const missing = found.find((one) => 'status' in one)
  if (missing && 'status' in missing) return missing
  const clear = found as NetworkGuards[]
  const unclear = clear.flatMap((one) => one.unclear)
  if (unclear.length > 0) return notJudged(join([...new Set(unclear)].slice(0, 3)))
  return openVerdict(
    open,
    guards,
    clear.flatMap(({ weak }) => weak),
  )
}

function guardsIn(policy: Answer<string | null>, arn: string, account: string): NetworkGuards | Verdict {
  if ('error' in policy) return unknown(policy.error)
  const found = readPolicy(policy)
  return 'unreadable' in found ? notJudged(found.unreadable) : networkGuards(found, arn, account)
}

/** Under V1 the registry's policy has no say in pulls and pushes (ecr-facts 2.10). */
function ofRegistry(inventory: Inventory, arn: string): NetworkGuards | Verdict {
  const { registry, registryPolicy, registryPolicyScope: scope } = inventory
  const none = { guards: [], weak: [], unclear: [] }
  if ('ok' in scope && scope.ok === 'V1') return none
  const found = guardsIn(registryPolicy, arn, registry.account)
  if ('status' in found || found.guards.length + found.unclear.length === 0) return found
  if ('error' in scope) return unknown(scope.error)
  return scope.ok === 'V2' ? found : notJudged(`the registry's policy has the scope ${scope.ok}`)
}

function guardedVerdict(guards: readonly NetworkGuard[]): Verdict {
  const networks = guards.flatMap((guard) => guard.networks)
  const where = [...new Set(networks.map(narrowingWords))]
  const spared = [...new Set(guards.flatMap((guard) => guard.spared))].map((arn) => clip(arn))
  const but = spared.length > 0 ? `, but ${join(spared.slice(0, 3))} from anywhere` : ''
  const byAddress = networks.some(({ key }) => key.toLowerCase() === 'aws:sourceip')
  // A call through an endpoint carries no public address (ecr-facts 6.2).
  const note = byAddress
    ? ' aws:SourceIp is absent from calls through a VPC endpoint: those are refused.'
    : ''
  const statements = guards.slice(0, 20).map(({ statement }) => clip(statement))
  return pass(`Used from ${join(where.slice(0, 5))} only${but}.${note}`, { statements, spared })
}

function openVerdict(
  open: readonly string[],
  guards: readonly NetworkGuard[],
  weak: readonly string[],
): Verdict {
  const shown = weak.slice(0, 2).map((one) => clip(one, 200))
  const why = shown.length > 0 ? ` No guard: ${shown.join('; ')}.` : ''
  if (guards.length > 0) return fail(`A Deny guards the repository, but not ${join(open)}.${why}`, { open })
  const reason =
    'No Deny refuses calls from other networks; conditions of an Allow bind no user or role of this account.'
  return fail(`${reason}${why}`, { open })
}
