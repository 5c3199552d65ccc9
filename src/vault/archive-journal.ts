import { z } from 'zod'
import { keys } from './format.ts'
import { parseDocument, parseJson, plainText, readAll } from './read.ts'
import { digest, identifier, isName, time } from './schemas.ts'
import type { Vault } from './vault.ts'

/**
 * `runs/<id>/archive.json`: images that a backup takes out of the archive class, written before it does (law 7), and
 * removed once all of them are archived again. What is found there later belongs to a run that did not come so far.
 */
export type ArchiveJournal = z.infer<typeof journalSchema>
export type JournalImage = ArchiveJournal['images'][number]

const journalSchema = z.strictObject({
  schema: z.literal('holdfast.archive-journal/1'),
  run: identifier,
  /** Key of the registry. */
  registry: z.string(),
  time,
  images: z.array(
    z.strictObject({
      repository: z.string().refine(isName, 'not a repository'),
      digest,
      /** The way back, as a command. */
      undo: z.string(),
    }),
  ),
})

const limit = 64 * 1024 * 1024

export async function writeJournal(
  vault: Vault,
  journal: ArchiveJournal,
  signal: AbortSignal,
): Promise<void> {
  const key = keys.archiveJournal(journal.run)
  if (journal.images.length === 0) return await vault.store.delete(key, signal)
  const text = plainText(journal)
  await vault.store.put(key, text, { size: text.byteLength, signal })
}

/** Those that runs on this registry left behind. */
export async function openJournals(
  vault: Vault,
  registry: string,
  signal: AbortSignal,
): Promise<ArchiveJournal[]> {
  const found: ArchiveJournal[] = []
  for await (const { key } of vault.store.list('runs/', signal)) {
    const run = /^runs\/([^/]+)\/archive\.json$/.exec(key)?.[1]
    const bytes = run && (await readAll(vault.store, key, limit, signal))
    if (!bytes) continue
    const journal = parseDocument(key, journalSchema, parseJson(key, bytes))
    if (journal.registry === registry && journal.run === run) found.push(journal)
  }
  return found
}
