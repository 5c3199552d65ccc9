import { controls } from '../controls/index.ts'
import { cisEks } from './cis-eks.ts'
import type { Framework } from './framework.ts'
import { fsbp } from './fsbp.ts'
import { iso27001 } from './iso-27001.ts'
import { nist80053 } from './nist-800-53.ts'
import { nist800190 } from './nist-800-190.ts'
import { pciDss } from './pci-dss.ts'
import { soc2 } from './soc-2.ts'

export const frameworks: readonly Framework[] = [fsbp, cisEks, nist80053, nist800190, pciDss, soc2, iso27001]

export interface Requirement {
  id: string
  title: string
  /** Ids of the controls that are mapped to it, in the order of reports; never empty. */
  controls: string[]
}

/** The requirements that some control shows. */
export function requirementsOf(framework: Framework): Requirement[] {
  return Object.entries(framework.requirements)
    .map(([id, title]) => ({ id, title, controls: controlsFor(framework.name, id) }))
    .filter((requirement) => requirement.controls.length > 0)
}

function controlsFor(framework: Framework['name'], requirement: string): string[] {
  return controls
    .filter(({ mappings }) =>
      mappings.some((mapping) => mapping.framework === framework && mapping.ids.includes(requirement)),
    )
    .map(({ id }) => id)
}

/** What a requirement is about; empty when the framework does not list it, which a test rules out. */
export function requirementTitle(framework: Framework['name'], id: string): string {
  return frameworks.find(({ name }) => name === framework)?.requirements[id] ?? ''
}
