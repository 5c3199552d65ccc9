import { join } from 'node:path'
import type { BackupReport } from '../src/backup/report.ts'
import type { Target } from './report.ts'
import { openFleet } from './scale/fleet.ts'
import { listingPages, wholeFleet } from './scale/plan.ts'
import { runStep, type Step } from './scale/run.ts'
import { requestLines, stepTable } from './scale/table.ts'

export interface ScaleFigures {
  lines: string[]
  /** What the design promises, whatever the machine. */
  promises: Target[]
  steps: Step<object>[]
}

/** A first backup of the whole fleet, one of nothing new, one of one image; then what looks at the vault. */
export async function measureScale(scratch: string): Promise<ScaleFigures> {
  const fleet = await openFleet()
  const vault = ['--vault', join(scratch, 'vault')]
  const step = <T extends object>(name: string, ...args: string[]) =>
    runStep<T>(fleet, scratch, { name, args: [...args, ...vault] })
  try {
    const first = await step<BackupReport>('first backup', 'backup', 'ecr://')
    const unchanged = await step<BackupReport>('nothing changed', 'backup', 'ecr://')
    await fleet.push()
    const pushed = await step<BackupReport>('one image pushed', 'backup', 'ecr://')
    const verified = await step<object>('verify', 'verify')
    const pruned = await step<object>('prune --dry-run', 'prune', '--keep-last', '1', '--dry-run')
    const backups = [first, unchanged, pushed]
    const steps = [...backups, verified, pruned]
    return {
      lines: [...stepTable(steps), '', ...requestLines(backups)],
      promises: [...promisesOf(unchanged, pushed), ...wholeness(backups)],
      steps: steps.map(({ answer, ...rest }) => ({ ...rest, answer: withoutLists(answer) })),
    }
  } finally {
    await fleet.close()
  }
}

function promisesOf(unchanged: Step<BackupReport>, pushed: Step<BackupReport>): Target[] {
  const { byOperation, manifestRequests, blobRequests } = unchanged.answer.requests
  const pages = listingPages(wholeFleet)
  const listings = byOperation['ecr:DescribeImages'] ?? 0
  const more = pushed.answer.requests.total - unchanged.answer.requests.total
  const megabytes = unchanged.peakBytes / 1e6
  return [
    promise(`nothing changed: ${pages} pages of images, each read once`, listings, pages),
    promise('nothing changed: manifests and blobs asked for', manifestRequests + blobRequests, 0),
    // Its manifest, the address of its config, and the config.
    promise('one image pushed: requests more than that', more, 3),
    promise('one image pushed: manifests and blobs copied', copiedBy(pushed), 2),
    {
      ...{ text: 'nothing changed: at most 250 MB of memory', value: megabytes, unit: 'MB' },
      met: megabytes <= 250,
    },
  ]
}

function wholeness(backups: Step<BackupReport>[]): Target[] {
  const held = backups.map(({ answer }) => answer.manifests)
  const gone = backups.filter(({ answer }) => !answer.complete).length
  return [
    promise('snapshots that are not complete', gone, 0),
    promise('manifests in the last snapshot', held.at(-1) ?? 0, wholeFleet.images + 1),
  ]
}

function copiedBy({ answer: { copied } }: Step<BackupReport>): number {
  return copied.manifests + copied.blobs
}

function promise(text: string, value: number, wanted: number): Target {
  return { text: `${text} (${wanted})`, value, unit: '', met: value === wanted }
}

/** For the file of figures: a hundred thousand rows of a report say nothing there. */
function withoutLists(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => !Array.isArray(value)))
}
