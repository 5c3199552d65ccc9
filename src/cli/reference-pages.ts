import { type Job, jobs, permissions } from '../aws/permissions.ts'
import { errorCodes } from '../core/errors.ts'
import { commands } from './commands.ts'
import { configJsonSchema } from './config-schema.ts'
import { controlPages } from './control-pages.ts'
import { exitWords } from './exit-words.ts'
import { commandHelp, optionsHelp } from './help.ts'

/** Pages that are made from the code, so that they cannot disagree with it: path -> text. */
export function referencePages(): Record<string, string> {
  return {
    'docs/commands.md': commandsPage(),
    'docs/errors.md': errorsPage(),
    'docs/permissions.md': permissionsPage(),
    ...controlPages(made),
    'holdfast.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  }
}

const made = '<!-- Made from the code by `npm run docs`; a test checks that it agrees. -->'

function commandsPage(): string {
  const sections = commands.map((spec) => `## ${spec.name}\n\n${block(commandHelp(spec))}`)
  return `# Commands\n\n${made}\n\n${sections.join('\n\n')}\n\n## Options of every command\n\n${block(optionsHelp())}\n`
}

function block(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``
}

function errorsPage(): string {
  const exits = Object.entries(exitWords).map(([code, words]) => `| ${code} | ${words} |`)
  const codes = Object.entries(errorCodes).map(
    ([code, [exit, meaning]]) => `### ${code}\n\n${meaning} Exit code ${exit}.`,
  )
  return `# Errors and exit codes

${made}

Every error is three lines (what happened, why, what to do next) and a code. With \`--format json\` the same is one
document on stdout: \`{"schema": "holdfast.error/1", "error": {"code", "what", "why", "next"}, "exitCode"}\`.

## Exit codes

| code | meaning |
| --- | --- |
${exits.join('\n')}

## Error codes

${codes.join('\n\n')}
`
}

function permissionsPage(): string {
  return `# Permissions

${made}

\`holdfast doctor\` says which of these your identity has; \`holdfast doctor --policy backup\` prints the policy for your
account and Region. The audit and the backup need no action that writes. \`registry\` actions only accept \`Resource: "*"\`;
\`repository\` actions can be limited to repository ARNs, \`role\` actions to the roles that are handed to ECR or made for it.

${jobs.map(jobSection).join('\n\n')}
`
}

function jobSection(job: Job): string {
  const rows = permissions[job].map(({ action, scope, why }) => `| \`${action}\` | ${scope} | ${why} |`)
  return `## ${job}\n\n| action | scope | why |\n| --- | --- | --- |\n${rows.join('\n')}`
}
