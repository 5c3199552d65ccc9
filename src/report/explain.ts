import type { Control } from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import { controlReadme } from '../controls/readme.ts'
import { HoldfastError } from '../core/errors.ts'
import { requirementTitle } from '../frameworks/index.ts'
import { table } from './text.ts'

const width = 100

const judgedFor: Record<Control['scope'], string> = {
  registry: 'the registry',
  repository: 'each repository',
  resource: 'each thing that it finds',
}

/** One control in full: its facts, then its own page, as it stands in the sources. */
export function explainControl(id: string): string {
  const control = controls.find((one) => one.id === id)
  if (!control) {
    const what = `No control is called ${JSON.stringify(id)}`
    throw new HoldfastError('usage', { what, next: 'holdfast explain lists the controls.' })
  }
  const facts = table(factsOf(control), { width })
  return `${control.title}\n\n${facts}\n\n${withoutTitle(controlReadme(id))}`
}

function factsOf(control: Control): string[][] {
  const { id, severity, scope, why, fix, needs, mappings } = control
  const mapped = mappings.flatMap(({ framework, ids }) =>
    ids.map((requirement) => `${framework} ${requirement}, ${requirementTitle(framework, requirement)}`),
  )
  return [
    ['Control', id],
    ['Severity', `${severity}, judged for ${judgedFor[scope]}`],
    ['Why', why],
    ['Fix', fix],
    ['Needs', needs.join(', ')],
    ...mapped.map((line, at) => [at === 0 ? 'Maps to' : '', line]),
  ]
}

function withoutTitle(readme: string): string {
  return readme.replace(/^# .*\n+/, '').trimEnd()
}
