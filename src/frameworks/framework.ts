import type { Mapping } from '../controls/control.ts'

/** What a framework demands that a control can show. A framework lists control ids and touches no control. */
export interface Framework {
  name: Mapping['framework']
  title: string
  requirements: Requirement[]
}

export interface Requirement {
  id: string
  /** A few words, ours. */
  title: string
  controls: string[]
}
