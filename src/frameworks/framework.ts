import type { Mapping } from '../controls/control.ts'

/**
 * What a framework demands that a control can show: its ids, with a few words of ours. Which controls show it is said
 * in one place only, the `mappings` of each control.
 */
export interface Framework {
  /** For `--framework`. */
  id: string
  name: Mapping['framework']
  title: string
  /** Requirement id -> what it is about, in the order of the framework. */
  requirements: Record<string, string>
}
