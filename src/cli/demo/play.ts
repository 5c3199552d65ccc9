import type { AuditReport } from '../../audit/audit.ts'
import { formatDuration } from '../../core/bytes.ts'
import { exit } from '../../core/errors.ts'
import { type Run, silentProgress } from '../../core/run.ts'
import { startSandbox } from '../../sandbox/start.ts'
import type { CommandContext } from '../context.ts'
import { demoPlace, type Place } from './place.ts'
import { type Story, tellStory } from './story.ts'
import { narrator } from './text.ts'

/** The one document of `holdfast demo --format json`. */
interface DemoDocument {
  schema: 'holdfast.demo/1'
  simulated: true
  audit: { pass: number; fail: number; unknown: number }
  backup: {
    snapshot: string
    repositories: number
    manifests: number
    blobs: number
    bytes: number
    skipped: number
  }
  verify: { ok: boolean; blobs: number; bytes: number }
  disaster: Story['disaster']
  restore: { manifests: number; tags: number; identical: boolean; differences: string[] }
  secondBackup: { manifestRequests: number; blobRequests: number }
  putRight: {
    plan: string
    steps: number
    manual: number
    left: number
    applied: boolean
    before: { fail: number; score: number | undefined }
    after: { fail: number; score: number | undefined }
    rolledBack: boolean
  }
  durationMs: number
}

/** Plays the demo, answers its exit code: 1 if anything differs from what it was. */
export async function playDemo(
  context: CommandContext,
  options: { keep: boolean; colour: boolean },
): Promise<number> {
  const startedAt = performance.now()
  const place = await demoPlace(context.io.cwd, options.keep)
  const text = context.global.format === 'table'
  const say = (line: string) => {
    if (text) context.io.stdout(line)
  }
  try {
    say('Holdfast demo. AWS is simulated on this machine: nothing here is real, no account is needed.\n\n')
    const sandbox = await startSandbox({ seed: 'demo', stateDir: place.state })
    const listener = narrator(say, options.colour)
    const story = await tellStory(sandbox, place, { run: runOf(context), listener }).finally(() =>
      sandbox.close(),
    )
    const document = documentOf(story, performance.now() - startedAt)
    await context.answer(document, () => closing(document, place))
    return isWhole(document) ? exit.ok : exit.failed
  } finally {
    await place.remove()
  }
}

/** The chapters are the progress. */
function runOf(context: CommandContext): Run {
  return { ...context.run, progress: silentProgress }
}

function documentOf(story: Story, durationMs: number): DemoDocument {
  const { pass, fail, unknown } = story.audit.summary
  const { snapshot, repositories, manifests, blobs, bytes, skipped } = story.backup
  const { differences } = story.comparison
  return {
    schema: 'holdfast.demo/1',
    simulated: true,
    audit: { pass, fail, unknown },
    backup: { snapshot, repositories, manifests, blobs, bytes, skipped: skipped.length },
    verify: { ok: story.verify.ok, blobs: story.verify.blobs, bytes: story.verify.bytes },
    disaster: story.disaster,
    restore: {
      manifests: story.restore.manifests,
      tags: story.restore.tags,
      identical: differences.length === 0 && story.restore.identical,
      differences,
    },
    secondBackup: {
      manifestRequests: story.secondBackup.requests.manifestRequests,
      blobRequests: story.secondBackup.requests.blobRequests,
    },
    putRight: putRightOf(story.putRight),
    durationMs: Math.round(durationMs),
  }
}

function putRightOf({ plan, applied, before, after, asBefore }: Story['putRight']): DemoDocument['putRight'] {
  const { id, steps, manual, unfixed } = plan
  const standing = ({ summary, score }: AuditReport) => ({ fail: summary.fail, score: score?.value })
  return {
    ...{ plan: id, steps: steps.length, manual: manual.length, left: unfixed.length },
    applied: applied.complete,
    ...{ before: standing(before), after: standing(after), rolledBack: asBefore },
  }
}

function isWhole(document: DemoDocument): boolean {
  const { manifestRequests, blobRequests } = document.secondBackup
  const { applied, rolledBack } = document.putRight
  const isBack = document.restore.identical && document.verify.ok
  return isBack && manifestRequests === 0 && blobRequests === 0 && applied && rolledBack
}

function closing(document: DemoDocument, place: Place): string {
  const verdict = isWhole(document)
    ? `Everything came back, byte for byte, in ${formatDuration(document.durationMs)} for the whole story.`
    : 'Something did NOT come back as it was: see above. Please report this.'
  return `${verdict}\n\n${place.kept ? explore(place) : tryNext}`
}

const tryNext = `Try next
   npx holdfast demo --keep               the same, and keep the vault and the simulated AWS
   npx holdfast sandbox                   the messy registry, for your own experiments
With AWS credentials (reads only, changes nothing in AWS)
   npx holdfast doctor                    who am I, what may I do
   npx holdfast audit                     what is wrong with my registry
   npx holdfast backup                    all of it into ./holdfast-vault
   npx holdfast plan                      what would put it right`

function explore(place: Place): string {
  return `Kept for exploring
   vault           ${place.vault}
   simulated AWS   ${place.state}
Try
   npx holdfast sandbox --state ${place.state}
   npx holdfast snapshots --vault ${place.vault}
   npx holdfast verify --data --vault ${place.vault}
Remove the folder when you are done; nothing else was written.`
}
