import type { CommandSpec, OptionSpec } from './command.ts'

const formatOption: OptionSpec = {
  flags: '--format <format>',
  does: 'text for people, or one JSON document on stdout',
  choices: ['table', 'json'],
  default: 'table',
}

export const globalOptions: readonly OptionSpec[] = [
  formatOption,
  {
    flags: '--query <jmespath>',
    does: 'part of the JSON document, as with the AWS CLI (implies --format json)',
  },
  { flags: '--config <file>', does: 'configuration file; default: holdfast.yaml here or in a folder above' },
  { flags: '--profile <name>', does: 'profile of the AWS configuration files' },
  { flags: '--region <region>', does: 'AWS Region' },
  { flags: '--role-arn <arn>', does: 'role to assume with the credentials found' },
  { flags: '--external-id <id>', does: 'external id for that role' },
  {
    flags: '--endpoint-url <url>',
    does: 'endpoint of all AWS APIs (else AWS_ENDPOINT_URL); no AWS host is contacted then',
  },
  {
    flags: '--registry-endpoint <url>',
    does: 'endpoint of /v2/ (else HOLDFAST_REGISTRY_ENDPOINT, else what ECR says)',
  },
  { flags: '--quiet', does: 'no progress on stderr' },
  { flags: '--debug', does: 'more diagnostics on stderr, with stacks of errors' },
  { flags: '--help', does: 'help of the command' },
]

/** With the command's own formats among the choices of `--format`. */
export function globalOptionsOf(spec: Pick<CommandSpec, 'formats'>): readonly OptionSpec[] {
  const choices = [...(formatOption.choices ?? []), ...(spec.formats ?? [])]
  return globalOptions.map((given) => (given === formatOption ? { ...given, choices } : given))
}

/** `--format` as the help of a command shows it that has formats of its own: they say what it is. */
export function ownFormatOption({ formats }: Pick<CommandSpec, 'formats'>): OptionSpec[] {
  if (!formats) return []
  const { flags, choices = [], default: standard = '' } = formatOption
  return [{ flags, does: [...choices, ...formats].join(', '), default: standard }]
}
