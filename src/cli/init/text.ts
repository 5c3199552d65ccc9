import type { Inventory } from '../../inventory/inventory.ts'
import { imageSections, placeSections } from './baseline-text.ts'
import type { Found } from './found.ts'
import { comment, section, suggested, suggestion, topLine } from './lines.ts'

/** A holdfast.yaml to begin with: what is set is what the registry has or what is recommended; the rest is a comment. */
export function startingConfig({ registry, collectedAt }: Inventory, found: Found): string {
  const { url, simulated } = registry
  const head = `For ${url}${simulated ? ' (simulated)' : ''}, from what it had on ${collectedAt.slice(0, 10)}. Lines in comments that look like settings are suggestions: take the "# " away to use one. docs/configuration.md lists every key.`
  const parts = [
    comment(head).join('\n'),
    topLine({ key: 'registry', value: url, why: 'What the commands look at when nothing else is named.' }),
    topLine({
      key: 'vault',
      value: './holdfast-vault',
      why: 'Where snapshots live. A bucket in another account survives more: s3://bucket/prefix',
    }),
    topLine({
      key: 'journal',
      value: './holdfast-journal',
      why: 'Where holdfast apply writes down what it does, for holdfast rollback. A bucket, where several people apply.',
    }),
    auditSection(found),
    `${[...comment('What a plan should make of the registry: holdfast plan --out plan.json'), 'baseline:'].join('\n')}\n${[...imageSections(found, registry.region), ...placeSections(found)].map(indented).join('\n\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n')
}

function auditSection({ keys, accounts, organizations }: Found): string {
  return section('audit', 'What the audit expects; without a line, what needs it is not judged.', [
    { key: 'failOn', value: 'high', why: 'Exit 3 on a finding at or over this severity.' },
    {
      ...suggestion('trustedAccounts', accounts, ['444455556666']),
      why:
        accounts.length > 0
          ? 'Policies let in these accounts. Keep those that you know.'
          : 'Other accounts that policies may name: none is named now.',
    },
    {
      ...suggestion('trustedOrganizations', organizations, ['o-exampleorg1']),
      why: 'Organizations whose accounts are trusted.',
    },
    {
      ...suggestion(
        'allowedKeys',
        keys.map(({ arn }) => arn),
        ['arn:aws:kms:*:111122223333:key/*'],
      ),
      why: 'Keys that may encrypt repositories; any customer managed key when absent.',
    },
    suggested('requirePolicy', ['shop/*'], 'Repositories that must have a policy of their own.'),
    suggested('requireNetworkGuard', ['shop/*'], 'Repositories that may be used from named networks only.'),
    suggested('writers', ['arn:aws:iam::*:role/ci-*'], 'Who may push, delete or configure.'),
    { key: 'unusedAfterDays', value: 90, why: 'A repository without a pull for so long is unused.' },
    { key: 'accessKeyDays', value: 90, why: 'Access keys that are older are too old.' },
  ])
}
