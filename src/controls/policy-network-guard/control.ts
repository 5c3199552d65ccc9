import { type NetworkGuard, networkGuard } from '../../access/network-guard.ts'
import type { CompiledStatement } from '../../access/statement.ts'
import { matchesGlob } from '../../core/glob.ts'
import type { Answer, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { clip, join } from '../grant-words.ts'
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
const guarded = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:PutImage']

type Denies = readonly CompiledStatement[]

function judgeGuards({ policy, arn }: RepositoryInventory, inventory: Inventory): Verdict {
  const { registry, registryPolicy } = inventory
  const guardBy = (denies: Denies) => networkGuard(denies, { ...placeOf(registry), arn, actions: guarded })
  const own = deniesIn(policy)
  const shared = deniesIn(registryPolicy)
  const scope = scopeOf(inventory)
  const inForce = scope === 'all' ? [own, shared] : [own]
  const guard = guardBy(inForce.flatMap((each) => ('status' in each ? [] : each)))
  if (guard.open.length + guard.unclear.length === 0) return guardedVerdict(guard)
  const missing = inForce.find((each) => 'status' in each)
  if (missing && 'status' in missing) return missing
  if (typeof scope === 'object') {
    if ('status' in shared) return shared
    const both = guardBy([own, shared].flatMap((each) => ('status' in each ? [] : each)))
    if (both.open.length < guard.open.length) return scope
  }
  if (guard.open.length === 0 || guard.unclear.length > 0)
    return notJudged(join([...new Set(guard.unclear)].slice(0, 3)))
  return openVerdict(guard)
}

function placeOf({ account, partition }: Inventory['registry']) {
  return { account, partition }
}

function deniesIn(policy: Answer<string | null>): Denies | Verdict {
  if ('error' in policy) return unknown(policy.error)
  const found = readPolicy(policy)
  if (found.unreadable !== undefined) return notJudged(found.unreadable)
  return found.statements.filter(({ effect }) => effect === 'Deny')
}

/** Under V1 the registry's policy has no say in pulls and pushes (ecr-facts 2.10). */
function scopeOf({ registryPolicyScope: scope }: Inventory): 'all' | 'none' | Verdict {
  if ('error' in scope) return unknown(scope.error)
  if (scope.ok === 'V1') return 'none'
  return scope.ok === 'V2' ? 'all' : notJudged(`the registry's policy has the scope ${clip(scope.ok)}`)
}

function guardedVerdict({ networks, spared: all, statements: names }: NetworkGuard): Verdict {
  const where = [...new Set(networks)].map((words) => clip(words))
  const spared = [...new Set(all)].map((arn) => clip(arn))
  const but = spared.length > 0 ? `, but ${join(spared.slice(0, 3))} from anywhere` : ''
  // A call through an endpoint carries no public address (ecr-facts 6.2).
  const note = /(^|\W)aws:sourceip /i.test(networks.join(' '))
    ? ' aws:SourceIp is absent from calls through a VPC endpoint: those are refused.'
    : ''
  const statements = [...new Set(names)].slice(0, 20).map((name) => clip(name))
  if (where.length === 0) return pass(`Refused to everybody${but}.`, { statements, spared })
  return pass(`Used from ${join(where.slice(0, 5))} only${but}.${note}`, {
    statements,
    spared: spared.slice(0, 20),
  })
}

function openVerdict({ open: actions, weak, statements }: NetworkGuard): Verdict {
  const open = actions.map((action) => action.replace(/^ecr:/, ''))
  const shown = [...new Set(weak)].slice(0, 2).map((one) => clip(one, 200))
  const why = shown.length > 0 ? ` No guard: ${shown.join('; ')}.` : ''
  if (open.length < guarded.length && statements.length > 0)
    return fail(`A Deny guards the repository, but not ${join(open)}.${why}`, { open })
  const reason =
    'No Deny refuses calls from other networks; conditions of an Allow bind no user or role of this account.'
  return fail(`${reason}${why}`, { open })
}
