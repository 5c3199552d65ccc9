import { type ErrorCode, HoldfastError } from '../../core/errors.ts'

/** errno names that mean something particular; every other one is `store-request-failed`. */
const meanings: Record<string, [ErrorCode, string, string]> = {
  ENOSPC: [
    'disk-full',
    'No space is left on the disk.',
    'Free some space and run again: what is there is kept.',
  ],
  EDQUOT: [
    'disk-full',
    'The disk quota is used up.',
    'Free some space and run again: what is there is kept.',
  ],
  EFBIG: ['disk-full', 'The file system does not allow files of that size.', 'Use another disk.'],
  EACCES: [
    'access-denied',
    'The file system refused it.',
    'Give this user read and write access to the folder.',
  ],
  EPERM: [
    'access-denied',
    'The file system refused it.',
    'Give this user read and write access to the folder.',
  ],
  EROFS: ['access-denied', 'The disk is mounted read-only.', 'Mount it for writing, or use another folder.'],
  ENOENT: [
    'store-request-failed',
    'A folder on the way is missing, or a link leads nowhere.',
    'Is the disk mounted? Correct its place, or make the folder.',
  ],
  ENOTDIR: [
    'store-request-failed',
    'A file is where a folder should be.',
    'Name a folder as the vault, such as --vault ./holdfast-vault, or as the journal.',
  ],
  EEXIST: [
    'store-request-failed',
    'A file is where a folder should be.',
    'Name a folder as the vault, such as --vault ./holdfast-vault, or as the journal.',
  ],
  ELOOP: ['vault-damaged', 'Symbolic links lead in a circle.', 'Remove the link; no vault needs links.'],
  EMFILE: ['store-request-failed', 'Too many files are open.', 'Raise the limit (ulimit -n) and run again.'],
  ENFILE: ['store-request-failed', 'Too many files are open.', 'Close other programs and run again.'],
}

export function errnoOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return error instanceof Error && typeof code === 'string' ? code : undefined
}

/** Does one thing with the disk; its error comes back as ours, naming the file. */
export async function onDisk<T>(subject: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw diskError(subject, error)
  }
}

/** The same, where some errnos are an answer and not a failure. */
export async function unless<T, A>(
  errnos: readonly string[],
  answer: A,
  action: () => Promise<T>,
): Promise<T | A> {
  try {
    return await action()
  } catch (error) {
    if (errnos.includes(errnoOf(error) ?? '')) return answer
    throw error
  }
}

export function diskError(subject: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  const errno = errnoOf(error) ?? 'unknown'
  const [code, why, next] = meanings[errno] ?? [
    'store-request-failed',
    `The operating system answered ${errno}.`,
    'Check the disk, then run the same command again.',
  ]
  const where = (error as NodeJS.ErrnoException).path
  return new HoldfastError(code, {
    what: `Could not use ${subject} in its folder.`,
    why: where ? `${why.replace(/\.$/, '')}: ${where}` : why,
    next,
    cause: error,
  })
}

export function notAFile(key: string, what: string): HoldfastError {
  return new HoldfastError('vault-damaged', {
    what: `Refused ${key} in the vault folder: ${what}.`,
    why: 'A vault holds plain files in plain folders; anything else was put there by somebody.',
    next: 'Look at it and remove it. To keep a vault on another disk, name that folder itself as the vault.',
  })
}
