/** Exit codes are an interface: documented in `docs/reference/exit-codes.md`, each reached by a test. */
export const exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  findings: 3,
  partial: 4,
  damaged: 5,
  refused: 6,
  credentials: 7,
  interrupted: 130,
} as const

/**
 * Every error that Holdfast raises on purpose has one of these codes. A code keeps its meaning for ever.
 * The text is the page of `docs/reference/errors.md` and of `holdfast explain CODE`.
 */
export const errorCodes = {
  'access-denied': [
    exit.failed,
    'AWS (or the file system) refused an action that this job cannot do without.',
  ],
  'aws-request-failed': [exit.failed, 'An AWS request failed after all retries.'],
  'config-invalid': [exit.usage, 'holdfast.yaml (or a file named on the command line) cannot be used.'],
  'content-size-mismatch': [
    exit.failed,
    'A stream was shorter or longer than announced. Nothing was stored.',
  ],
  'credentials-expired': [exit.credentials, 'The AWS credentials or the session behind them have expired.'],
  'credentials-missing': [
    exit.credentials,
    'No AWS credentials were found, AWS did not accept them, or they belong to another account.',
  ],
  'disk-full': [exit.failed, 'The disk that holds the vault is full. Earlier snapshots are intact.'],
  'endpoint-unreachable': [exit.failed, 'A server could not be reached.'],
  'forbidden-address': [exit.failed, 'A server sent Holdfast to an address that it must not contact.'],
  internal: [exit.failed, 'A defect in Holdfast. Nothing was committed.'],
  interrupted: [
    exit.interrupted,
    'The run was stopped (Ctrl-C or a termination signal). The vault is consistent.',
  ],
  'inventory-invalid': [exit.usage, 'A file is not a saved inventory, or is one of a newer Holdfast.'],
  'key-unusable': [
    exit.failed,
    'The KMS key of a repository cannot be used: disabled, pending deletion or forbidden.',
  ],
  'journal-damaged': [
    exit.failed,
    'An entry of a run is missing or cannot be read, so that what the run did is not known.',
  ],
  'journal-missing': [exit.usage, 'The journal has no such run.'],
  'lifecycle-invalid': [exit.usage, 'ECR would refuse the lifecycle policy that was given.'],
  'nothing-matches': [exit.usage, 'No repository, tag or digest matches what was asked for.'],
  'policy-invalid': [exit.usage, 'A text that was given is not an access policy that can be read.'],
  'plan-drift': [
    exit.refused,
    'Something was changed since the plan was made, or since the run that is rolled back. It was left alone.',
  ],
  'plan-invalid': [exit.usage, 'A file is no plan, was edited, or was made by another version.'],
  'plan-refused': [exit.refused, 'A law, a limit or a missing confirmation forbids a step of the plan.'],
  'plan-unverified': [exit.failed, 'A change was accepted, but reading it again shows something else.'],
  'port-in-use': [exit.failed, 'The port is taken by another program.'],
  'prune-refused': [
    exit.refused,
    'The prune would leave a registry without a complete snapshot, or is not safe in this store. Nothing was deleted.',
  ],
  'prune-running': [
    exit.failed,
    'A prune is deleting, or died while deleting, what this run needs. Nothing was lost.',
  ],
  'region-missing': [exit.usage, 'No AWS Region was given.'],
  'registry-answer-invalid': [exit.failed, 'A registry answered something that is not a valid answer.'],
  'registry-content-mismatch': [
    exit.damaged,
    'A registry sent bytes that do not match their digest. They were refused.',
  ],
  'registry-not-found': [exit.failed, 'The registry, repository or image does not exist.'],
  'registry-request-failed': [exit.failed, 'A registry request failed after all retries.'],
  'registry-unauthorized': [exit.credentials, 'The registry did not accept the credentials.'],
  'restore-refused': [
    exit.refused,
    'The restore would overwrite something different, or cannot be done as asked.',
  ],
  'run-revoked': [
    exit.failed,
    'A prune revoked the backup before it could commit, every time it was tried. Nothing was lost.',
  ],
  'snapshot-not-found': [exit.usage, 'The vault has no such snapshot.'],
  'store-key-invalid': [exit.damaged, 'A name that no vault uses was refused; nothing was read or written.'],
  'store-request-failed': [exit.failed, 'The store that holds the vault failed.'],
  'store-unsupported': [exit.failed, 'The store lacks something that the vault cannot do without.'],
  usage: [exit.usage, 'The command line cannot be understood.'],
  'vault-damaged': [exit.damaged, 'The vault holds damaged or missing data.'],
  'vault-format-newer': [exit.refused, 'The vault was written by a newer Holdfast.'],
  'vault-missing': [exit.usage, 'There is no vault at that place.'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof errorCodes

export interface ErrorWords {
  /** One line: what happened, naming the resource. */
  what: string
  /** One line: why, as far as it is known. */
  why?: string
  /** One line: what to do next. */
  next: string
  cause?: unknown
}

/** The only error type thrown on purpose. Callers test `code`, never the text. Texts never hold a secret. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError'
  readonly code: ErrorCode
  readonly why: string | undefined
  readonly next: string

  constructor(code: ErrorCode, words: ErrorWords) {
    super(words.what, words.cause === undefined ? undefined : { cause: words.cause })
    this.code = code
    this.why = words.why
    this.next = words.next
  }

  get exitCode(): number {
    return errorCodes[this.code][0]
  }
}

export function hasCode(error: unknown, ...codes: ErrorCode[]): error is HoldfastError {
  return error instanceof HoldfastError && codes.includes(error.code)
}

/** Turns anything thrown into a HoldfastError; an unknown one becomes `internal`, an abort `interrupted`. */
export function toHoldfastError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  if (error instanceof Error && error.name === 'AbortError') return interrupted(error)
  const what = error instanceof Error ? error.message : String(error)
  const next = 'Run again with --debug and report what it prints.'
  return new HoldfastError('internal', { what, next, cause: error })
}

export function interrupted(cause?: unknown): HoldfastError {
  return new HoldfastError('interrupted', {
    what: 'Stopped before the end.',
    why: 'The run was interrupted.',
    next: 'Run the same command again: it continues from what is already there.',
    cause,
  })
}
