import type { Finding } from '../../controls/control.ts'
import type { Sample } from '../../events/samples.ts'
import { watch } from '../../events/watch.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { FixContext } from '../fix.ts'
import { type Ear, earOf, heardTopic, nobodyNamed, proposeEar } from './ear.ts'
import { bestTrail, proposeRecording, type Recording, recordingOf } from './recording.ts'
import type { Publisher } from './topic-policy.ts'

/** One link of a chain to people: what it proposes, and the inventory once it is there. */
export interface Listening {
  publisher: Publisher
  /** `inventory` has the topic and the trail as they will be. */
  project(inventory: Inventory): Inventory
  propose(): void
}

export interface Hearing {
  finding: Finding
  samples: readonly Sample[]
  listen(ear: Ear, recording: Recording | undefined): Listening
}

/**
 * Proposes a chain only when the evaluator of the control, given the registry as it would be, says that somebody hears
 * of every sample. Otherwise the finding is left with what is missing.
 */
export function proposeHearing(context: FixContext, hearing: Hearing): void {
  const { resource } = hearing.finding
  const chain = chainFor(context, hearing)
  if ('reason' in chain) {
    context.draft.leave({ resource, ...chain })
    return
  }
  const { ear, recording, listening } = chain
  proposeEar(context, ear, { publisher: listening.publisher, resource })
  const recorded = hearing.samples.filter(({ record }) => record)
  if (recording) proposeRecording(context, recording, recorded)
  listening.propose()
}

interface Chain {
  ear: Ear
  recording?: Recording
  listening: Listening
}

/** Followed from the call to a person before anything is proposed. */
function chainFor(
  { inventory, baseline }: FixContext,
  { samples, listen }: Hearing,
): Chain | { reason: string; next: string } {
  const ear = earOf(inventory, baseline)
  if (!ear) return nobodyNamed
  const recording = recordingFor(inventory, samples)
  if (recording === 'none') return noTrail
  const listening = listen(ear, recording)
  const topics = { ...inventory.topics, [ear.arn]: { ok: heardTopic(inventory, ear, baseline) } }
  const after = listening.project(withTrail({ ...inventory, topics }, recording))
  const deaf = samples.map((sample) => watch(after, sample)).find(({ heard }) => heard.length === 0)
  if (!deaf) return { ear, listening, ...(recording && { recording }) }
  const broken = deaf.broken[0] ?? 'an answer is missing'
  return {
    reason: `Even with a rule and a topic nobody would hear of it: ${broken}.`,
    next: 'holdfast explain says how the chain works; put right what is broken, and make the plan again.',
  }
}

/** Undefined: what is sent without a trail. */
function recordingFor(inventory: Inventory, samples: readonly Sample[]): Recording | 'none' | undefined {
  const recorded = samples.filter(({ record }) => record)
  if (recorded.length === 0) return undefined
  const trail = bestTrail(inventory)
  return (trail && recordingOf(trail, recorded, inventory)) ?? 'none'
}

function withTrail(inventory: Inventory, recording: Recording | undefined): Inventory {
  const { trails } = inventory
  if (!recording || 'error' in trails) return inventory
  const { trail, after } = recording
  return { ...inventory, trails: { ok: trails.ok.map((one) => (one.arn === trail.arn ? after : one)) } }
}

const noTrail = {
  reason: 'No trail records such calls, and none can be made to.',
  next: 'See cloudtrail-records: it needs a trail first. Apply its plan, then make this one again.',
}
