import type { Digest } from '../core/digest.ts'
import {
  type ArchiveJournal,
  type JournalImage,
  openJournals,
  writeJournal,
} from '../vault/archive-journal.ts'
import type { Vault } from '../vault/vault.ts'
import type { Reading } from './images.ts'
import { type Job, skippable } from './job.ts'
import { parentsFirst } from './parents-first.ts'
import type { RestoredImage } from './report.ts'
import type { ListedImage, Source } from './source.ts'

/** ECR says 20 minutes, typically (ecr-facts 2.11). */
export const defaultPatience = 25 * 60_000
const firstLook = 5_000
const longestPause = 60_000

type MoveImage = NonNullable<Source['moveImage']>

/**
 * Images of the archive class that no snapshot holds, on their way out of it and back. Which ones is written into the
 * vault before each is touched (law 7), so that a run that dies leaves the way back, and the next one takes it.
 */
export class Archive {
  readonly restored: RestoredImage[] = []
  readonly #vault: Vault
  readonly #move: MoveImage
  readonly #patience: number
  readonly #journal: ArchiveJournal
  readonly #earlier: ArchiveJournal[]
  /** What this run moved itself; ECR may show such an image as archived until it is done (ecr-facts 2.11). */
  readonly #woken = new Set<string>()
  #writing: Promise<void> = Promise.resolve()

  private constructor(
    open: { vault: Vault; move: MoveImage; patience: number },
    journals: { own: ArchiveJournal; earlier: ArchiveJournal[] },
  ) {
    this.#vault = open.vault
    this.#move = open.move
    this.#patience = open.patience
    this.#journal = journals.own
    this.#earlier = journals.earlier
  }

  /** Undefined where the registry has no archive. */
  static async open(
    source: Source,
    vault: Vault,
    run: { id: string; time: string; patience?: number; signal: AbortSignal },
  ): Promise<Archive | undefined> {
    const move = source.moveImage?.bind(source)
    if (!move) return undefined
    const registry = source.identity.key
    const earlier = await openJournals(vault, registry, run.signal)
    const own = { schema: 'holdfast.archive-journal/1', run: run.id, registry, time: run.time } as const
    return new Archive(
      { vault, move, patience: run.patience ?? defaultPatience },
      { own: { ...own, images: [] }, earlier },
    )
  }

  /** Begins to restore what was never held. True when there is something to wait for, or to archive again. */
  async wake(job: Job, reading: Reading): Promise<boolean> {
    const { repository, listing, rows } = reading
    const asleep = [...listing.values()].filter(
      (image) => image.status === 'archived' && !rows.has(image.digest),
    )
    if (asleep.length > 0) {
      const added = asleep.map(({ digest }) => ({
        repository,
        digest,
        undo: undoOf(job, repository, digest),
      }))
      await job.orStop(this.#change(job, () => this.#journal.images.push(...added)))
      for (const { digest, size } of asleep) await this.#wakeOne(job, reading, { digest, size })
    }
    return this.#owed(repository).size > 0
  }

  /** Lists the repository until none of them is on its way any more, or the patience is over. */
  async wait(job: Job, reading: Reading): Promise<void> {
    const { clock, signal } = job.run
    const until = clock.now().getTime() + this.#patience
    for (let pause = firstLook; ; pause = Math.min(longestPause, pause * 2)) {
      const listing = await job.source.images(reading.repository, signal)
      reading.listing = new Map(listing.map((image) => [image.digest, image]))
      const owed = this.#owed(reading.repository)
      const onTheirWay = listing.filter((image) => owed.has(image.digest) && this.#isOnItsWay(reading, image))
      if (onTheirWay.length === 0 || clock.now().getTime() >= until) return
      await clock.sleep(Math.min(pause, until - clock.now().getTime()), signal)
    }
  }

  /**
   * Indexes before their children, which may not be archived while the index is not. In the snapshot they are archived,
   * as they were before and are again. What cannot be archived stays in the journal.
   */
  async archiveAgain(job: Job, reading: Reading): Promise<void> {
    const { repository, listing, rows } = reading
    const owed = this.#owed(repository)
    const done = new Set<Digest>()
    for (const digest of parentsFirst([...owed], rows)) {
      const image = listing.get(digest)
      if (!image || !this.#mayArchive(reading, image)) done.add(digest)
      else if (image.status !== 'active') this.#giveUp(repository, digest)
      else if (await this.#archiveOne(job, repository, digest)) {
        done.add(digest)
        listing.set(digest, { ...image, status: 'archived' })
      }
    }
    await job.orStop(this.#forget(job, repository, done))
  }

  async #wakeOne(
    job: Job,
    reading: Reading,
    { digest, size }: { digest: Digest; size: number | undefined },
  ): Promise<void> {
    const { repository } = reading
    try {
      await this.#move(repository, digest, 'standard', job.run.signal)
      this.#woken.add(keyOf(repository, digest))
      const undo = undoOf(job, repository, digest)
      this.restored.push({ repository, digest, ...(size && { size }), archivedAgain: false, undo })
    } catch (error) {
      const { code, reason } = skippable(error, job.run)
      reading.failures.set(digest, {
        code,
        reason: `It is archived, and restoring it failed: ${reason}`,
        missing: false,
      })
    }
  }

  async #archiveOne(job: Job, repository: string, digest: Digest): Promise<boolean> {
    const found = this.restored.find((one) => one.repository === repository && one.digest === digest)
    const undo = undoOf(job, repository, digest)
    const entry = found ?? { repository, digest, archivedAgain: false, undo }
    if (!found) this.restored.push(entry)
    try {
      await this.#move(repository, digest, 'archive', job.run.signal)
      entry.archivedAgain = true
    } catch (error) {
      entry.trouble = skippable(error, job.run).reason
      job.run.log.warn(`${repository}@${digest} could not be archived again: ${entry.trouble} Do it: ${undo}`)
    }
    return entry.archivedAgain
  }

  #isOnItsWay({ repository }: Reading, { digest, status }: ListedImage): boolean {
    return status === 'activating' || (status === 'archived' && this.#woken.has(keyOf(repository, digest)))
  }

  /**
   * What this run woke, and what came out of the archive since another one wrote it down: a name in the journal of a
   * vault is not enough to archive an image. One that is archived although nobody is waking it is back already.
   */
  #mayArchive({ repository }: Reading, { digest, status, activatedAt }: ListedImage): boolean {
    if (this.#woken.has(keyOf(repository, digest))) return true
    return status !== 'archived' && activatedAt !== undefined
  }

  #giveUp(repository: string, digest: Digest): void {
    const entry = this.restored.find((one) => one.repository === repository && one.digest === digest)
    if (entry)
      entry.trouble = 'It was still on its way when the time was over. The next run archives it again.'
  }

  #owed(repository: string): Set<Digest> {
    const images = [this.#journal, ...this.#earlier].flatMap((journal) => journal.images)
    return new Set(images.filter((image) => image.repository === repository).map(({ digest }) => digest))
  }

  async #forget(job: Job, repository: string, done: ReadonlySet<Digest>): Promise<void> {
    const isDone = (image: JournalImage) => image.repository === repository && done.has(image.digest)
    for (const journal of [this.#journal, ...this.#earlier]) {
      if (!journal.images.some(isDone)) continue
      const change = () => {
        journal.images = journal.images.filter((image) => !isDone(image))
      }
      await this.#change(job, change, journal)
    }
  }

  /** One write after the other: two at once could leave the older text. */
  #change(job: Job, change: () => unknown, journal = this.#journal): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      change()
      await writeJournal(this.#vault, journal, job.run.signal)
    })
    return this.#writing
  }
}

function keyOf(repository: string, digest: Digest): string {
  return `${repository}@${digest}`
}

function undoOf({ source }: Job, repository: string, digest: Digest): string {
  const region = source.identity.region ? ` --region ${source.identity.region}` : ''
  return `aws ecr update-image-storage-class${region} --repository-name ${repository} --image-id imageDigest=${digest} --target-storage-class ARCHIVE`
}
