/** Options of `startSandbox` (`src/sandbox/start.ts`). */
export interface SandboxOptions {
  seed?: 'demo' | 'clean' | 'empty'
  /** 0 or absent: any free port. Always 127.0.0.1. */
  awsPort?: number
  registryPort?: number
  /** Where to keep everything between runs; absent: a temp folder that `close` removes. */
  stateDir?: string
  /** The simulated time; absent: the real one. */
  now?: () => Date
  /** Whether callers need IAM permissions for what they ask; absent: they may do everything in their account. */
  enforceIam?: boolean
}

export interface SandboxAccount {
  id: string
  accessKeyId: string
  secretAccessKey: string
  regions: string[]
}

/** A fault that the next matching requests meet. Only tests and drills set these. */
export interface Fault {
  /**
   * `ecr`, `s3`, `sts`, `kms`, another service by the prefix of its IAM actions (`cloudtrail`, `cloudwatch`,
   * `ecr-public`), or `registry` (the /v2/ data plane).
   */
  service: string
  /**
   * API operation (`DescribeImages`, `PutObject`); for the registry `METHOD /path-prefix`. Absent: any.
   * A layer download (307 or GetDownloadUrlForLayer) is `GetLayer` of `s3`, and `GetObject` means it too.
   */
  operation?: string
  /** How many requests meet it; absent: all from now on. */
  times?: number
  /** Let this many matching requests pass first. */
  after?: number
  kind:
    | 'denied'
    | 'throttled'
    | 'server-error'
    /** 503, which does not say when to come back. */
    | 'unavailable'
    /** 409: of S3, somebody else is writing the same key. */
    | 'conflict'
    | 'reset'
    | 'cut-body'
    | 'flip-byte'
    | 'lost-answer'
    | 'expired-token'
    | 'stall'
}

export interface Sandbox {
  /** ECR API, S3, STS, KMS: `http://127.0.0.1:PORT`. */
  awsEndpoint: string
  /** `/v2/`: `http://127.0.0.1:PORT`. */
  registryEndpoint: string
  accounts: SandboxAccount[]
  addFault(fault: Fault): void
  clearFaults(): void
  /**
   * From now on nothing is replicated, and pushes and backfills read IN_PROGRESS; `releaseReplication` lets everything
   * that waits happen at once.
   */
  holdReplication(): void
  releaseReplication(): void
  /** From the next request on, callers need IAM permissions (or no longer do). */
  enforceIam(on: boolean): void
  /**
   * Requests served since the start, oldest first: for tests that count. Names as in `Fault`. A request that was
   * reset has status 0; one whose answer was lost or spoilt has the status that it would have had.
   */
  requestLog(): readonly { service: string; operation: string; status: number }[]
  /** Which requests met a fault, oldest first. */
  faultsMet(): readonly { service: string; operation: string; kind: Fault['kind'] }[]
  /** Stops listening, ends open connections, removes the temp folder. */
  close(): Promise<void>
}
