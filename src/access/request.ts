/**
 * Who asks for what. Everything that is not said here is unknown, and an answer that hangs on it is `conditional`.
 */
export interface AccessRequest {
  caller: Caller
  /** `ecr:PutImage`, in any case. One that is not known here is compared as text. */
  action: string
  /** An ARN, or `*` for an action that is about no repository. */
  resource: string
  /** Absent: nobody has read them. */
  resourceTags?: Record<string, string>
  /** Of the account that owns the resource; null: in none. */
  resourceOrganization?: string | null
  /** Condition keys of the request, in any case; null: certainly absent. They win over what the caller implies. */
  context?: Record<string, string | readonly string[] | null>
  /** What holds for keys that neither the context nor the caller tells. */
  others?: 'unknown' | 'absent'
}

/**
 * `role`: a session of a role, of any name unless `session` says it. `account`: somebody of an account whom no policy
 * names separately; `federated`: somebody who comes with a token of a provider and without a role.
 */
export type Caller = CallerKind & {
  /** Of the caller's account: `o-...`; null: in none. */
  organization?: string | null
}

type CallerKind =
  | { kind: 'user'; arn: string; id?: string; tags?: Record<string, string> }
  | {
      kind: 'role'
      arn: string
      id?: string
      session?: string
      tags?: Record<string, string>
      /** Those that whoever assumed the role brought along. Absent: unknown. */
      sessionTags?: Record<string, string>
    }
  | { kind: 'federated-user'; arn: string; user?: string }
  | { kind: 'root'; account: string; partition?: string }
  | { kind: 'account'; account: string; partition?: string }
  | { kind: 'service'; name: string }
  | { kind: 'federated'; provider: string }
