import { plural } from '../../core/bytes.ts'
import { defaultBaseline } from '../../remediate/baseline.ts'
import type { Found } from './found.ts'
import { type Line, section, suggested, suggestion, topLine } from './lines.ts'

/** What is wished for of images, section by section. */
export function imageSections(found: Found, region: string): string[] {
  return [
    section(
      'tagMutability',
      'Tags do not move, so that a tag that was tested is what is deployed.',
      mutability(found),
    ),
    section(
      'scanning',
      'ENHANCED is done by Amazon Inspector, continuously, and costs per image.',
      scanning(found),
    ),
    section(
      'lifecycle',
      'Rules that are added spare what is in use and what is in no snapshot.',
      lifecycle(found),
    ),
    section(
      'encryption',
      'Encryption cannot be changed in place: with a key, repositories are migrated.',
      encryption(found, region),
    ),
    section(
      'templates',
      'What ECR makes by itself (pull-through, replication) gets its key and tags by a role.',
      [
        suggested(
          'role',
          'arn:aws:iam::111122223333:role/ecr-templates',
          'A role that ecr.amazonaws.com may assume.',
        ),
      ],
    ),
    section('signing', 'ECR signs what is pushed with a profile of AWS Signer.', [
      found.signingProfile === undefined
        ? suggested('profile', `arn:aws:signer:${region}:111122223333:/signing-profiles/images`, 'Its ARN.')
        : { key: 'profile', value: found.signingProfile, why: 'The profile that signs now.' },
    ]),
    owners(found),
  ]
}

const anyPull = { Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: '*' }

/** And of the registry and what surrounds it. */
export function placeSections(found: Found): string[] {
  return [
    section(
      'accountSettings',
      "ECR's settings of the whole account; these are the values of now.",
      settings(found),
    ),
    topLine({
      ...suggestion('pullTimeExclusions', found.pullTimeExclusions, [
        'arn:aws:iam::111122223333:role/scanner',
      ]),
      why: 'Roles whose pulls make no image look used: scanners, and whoever makes backups.',
    }),
    section(
      'network',
      'From where a policy may let in whom it lets in. Public addresses, not private ones.',
      network(found),
    ),
    identities(),
    section(
      'replication',
      'Copies in other Regions or accounts. Availability, no backup: a bad push is copied too.',
      replication(found),
    ),
    section(
      'monitoring',
      'Who hears of denied calls, dangerous changes and scan findings.',
      monitoring(found),
    ),
    section(
      'retire',
      'Unused repositories are marked first, and deleted only when a verified snapshot holds them.',
      [
        {
          key: 'graceDays',
          value: defaultBaseline.retire.graceDays,
          why: 'Days between the mark and the deletion.',
        },
      ],
    ),
  ]
}

function identities(): string {
  return section(
    'identities',
    'Smaller policies for who may do too much: holdfast access minimize writes them.',
    [
      suggested(
        'policies',
        { 'user/ci/push': { Statement: [anyPull] } },
        'By who has it and its name, or by ARN.',
      ),
      suggested(
        'detach',
        ['user/ci:arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess'],
        'Managed policies that are taken off.',
      ),
    ],
  )
}

function mutability({ mutability: has, movingTags, repositories }: Found): Line[] {
  const exclusions = has?.mode === 'IMMUTABLE_WITH_EXCLUSION' ? has.exclusions : []
  const mode: Line = {
    key: 'mode',
    value: exclusions.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : 'IMMUTABLE',
    why: has ? `${has.of} of ${repositories} repositories have this.` : 'Recommended; no repository has it.',
  }
  if (exclusions.length > 0)
    return [mode, { key: 'exclusions', value: exclusions, why: 'Tags that may move.' }]
  const why =
    movingTags.length > 0
      ? 'By their names these tags move. To let them, set mode to IMMUTABLE_WITH_EXCLUSION and'
      : 'Tags that may move, with mode IMMUTABLE_WITH_EXCLUSION.'
  return [mode, { ...suggestion('exclusions', movingTags, ['latest']), why }]
}

function scanning({ scanning: has }: Found): Line[] {
  const { type, frequency } = has ?? defaultBaseline.scanning
  return [
    { key: 'type', value: type, why: has ? 'As it is now.' : 'Could not be read.' },
    { key: 'frequency', value: frequency, why: 'For repositories that no rule covers.' },
  ]
}

function lifecycle({ untaggedDays: has }: Found): Line[] {
  const why = has
    ? `${plural(has.of, 'lifecycle policy says', 'lifecycle policies say')} so.`
    : 'Recommended; no policy says anything.'
  const value = has?.days ?? defaultBaseline.lifecycle.untaggedDays
  return [{ key: 'untaggedDays', value, why: `Untagged images expire so long after their push. ${why}` }]
}

function settings({ accountSettings: has }: Found): Line[] {
  const example = Object.keys(has).length > 0 ? has : { BLOB_MOUNTING: 'ENABLED' }
  return Object.entries(example).map(([key, value]): Line => ({ key, value, suggested: true }))
}

function network({ vpcs, vpcEndpoints }: Found): Line[] {
  return [
    { ...suggestion('vpcs', vpcs, ['vpc-0123456789abcdef0']), why: 'VPCs.' },
    {
      ...suggestion('vpcEndpoints', vpcEndpoints, ['vpce-0123456789abcdef0']),
      why: 'Or endpoints of ECR, which is stricter.',
    },
    suggested('sourceIps', ['203.0.113.0/24'], 'Public addresses, as CIDR.'),
  ]
}

const exampleKey = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

function encryption({ keys, repositories }: Found, region: string): Line[] {
  const [most] = keys
  const example = exampleKey.replace('eu-west-1', region)
  if (!most) return [suggested('kmsKey', example, 'ARN of a customer managed key of this Region.')]
  const line: Line = {
    key: 'kmsKey',
    value: most.arn,
    why: `${most.of} of ${repositories} repositories are encrypted with it.`,
  }
  return [most.of * 2 > repositories ? line : { ...line, suggested: true }]
}

function owners({ owners: has }: Found): string {
  const why = 'Who owns repositories, by globs of their names: the first that fits counts.'
  const example = has.length > 0 ? has : [{ glob: 'shop/*', owner: 'team-shop' }]
  const lines = example.map(({ glob, owner }) => ({ glob, owner }))
  return section(
    'owners',
    has.length > 0 ? `${why} These are from resource tags.` : why,
    lines.map(
      ({ glob, owner }): Line => ({
        key: JSON.stringify(glob),
        value: owner,
        suggested: true,
      }),
    ),
  )
}

function replication({ destinations, prefixes }: Found): Line[] {
  const own = destinations.filter(({ account }) => account === undefined)
  const others = destinations.filter(({ account }) => account !== undefined)
  const why = 'Where to. Another account must be among audit.trustedAccounts.'
  const to = own.length > 0 ? own : others.length > 0 ? others : [{ region: 'eu-central-1' }]
  const isSet = own.length > 0
  return [
    { key: 'destinations', value: to.map(plainDestination), why, suggested: !isSet },
    isSet && prefixes.length > 0
      ? { key: 'prefixes', value: prefixes, why: 'Only repositories whose names begin so.' }
      : suggested('prefixes', ['shop/'], 'Only repositories whose names begin so; all when absent.'),
  ]
}

function plainDestination({ region, account }: Found['destinations'][number]): Record<string, string> {
  return { region, ...(account !== undefined && { account }) }
}

function monitoring({ trail, topic }: Found): Line[] {
  const standard = defaultBaseline.monitoring
  return [
    {
      key: 'logGroup',
      value: trail?.logGroup ?? standard.logGroup,
      why: 'Log group of a trail that is made when none covers ECR.',
    },
    trail
      ? { key: 'bucket', value: trail.bucket, why: 'Bucket for that trail; a trail writes there now.' }
      : suggested('bucket', 'my-trail-bucket', 'Bucket for that trail; it must exist.'),
    {
      key: 'topic',
      value: topic ?? standard.topic,
      why: topic ? 'Somebody reads this topic.' : 'Topic that alarms go to.',
    },
    suggested(
      'kmsKey',
      trail?.kmsKey ?? exampleKey,
      'Key that encrypts what a trail writes; CloudTrail must be let use it.',
    ),
    suggested(
      'logsRole',
      'arn:aws:iam::111122223333:role/cloudtrail-to-logs',
      'Role by which a trail writes to its log group.',
    ),
    suggested('emails', ['security@example.org'], 'Who is told; each address has to confirm.'),
    { key: 'retentionDays', value: standard.retentionDays, why: 'How long the log group keeps entries.' },
  ]
}
