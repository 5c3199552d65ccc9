import type { Control, Severity } from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import { controlReadme } from '../controls/readme.ts'

export const controlFolder = 'docs/controls'

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** A page for each control, made from its folder, and an index of them: path -> text. */
export function controlPages(made: string): Record<string, string> {
  const pages = controls.map((control) => [`${controlFolder}/${control.id}.md`, controlPage(control, made)])
  return { [`${controlFolder}/README.md`]: indexPage(made), ...Object.fromEntries(pages) }
}

const judgedFor: Record<Control['scope'], string> = {
  repository: 'each repository',
  registry: 'the registry',
  resource: 'each thing around the registry on its own',
}

function controlPage(control: Control, made: string): string {
  const { id, title, severity, scope, needs, mappings } = control
  const [, ...rest] = controlReadme(id).split('\n')
  const facts = [
    ['severity', severity],
    ['judged for', judgedFor[scope]],
    ['permissions', needs.map((action) => `\`${action}\``).join(', ')],
    ['maps to', mappings.map(({ framework, ids }) => `${framework} ${ids.join(', ')}`).join('; ')],
  ]
  return `# ${id}

${made}

**${title}.** [All controls](README.md)

| | |
| --- | --- |
${facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}

${rest.join('\n').trim()}
`
}

function indexPage(made: string): string {
  const sections = severities.flatMap((severity) => {
    const found = controls.filter((control) => control.severity === severity)
    return found.length > 0 ? [sectionOf(severity, found)] : []
  })
  return `# Controls

${made}

${controls.length} controls. The severity is the usual one: a verdict may be graver, and says why. \`holdfast explain ID\` shows
a page at the terminal; \`holdfast audit --control ID\` asks one alone. See [audit](../audit.md) for what to do with the result.

${sections.join('\n\n')}
`
}

function sectionOf(severity: Severity, found: readonly Control[]): string {
  const rows = found.map(({ id, title, scope }) => `| [${id}](${id}.md) | ${title} | ${judgedFor[scope]} |`)
  const name = severity.charAt(0).toUpperCase() + severity.slice(1)
  return `## ${name}\n\n| control | what is asked | judged for |\n| --- | --- | --- |\n${rows.join('\n')}`
}
