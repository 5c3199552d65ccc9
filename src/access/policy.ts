/** A resource policy of ECR in one regular form: every list is a list, every statement has a name. */
export interface Policy {
  statements: Statement[]
}

export interface Statement {
  /** Its Sid, or `statement 2` when it has none. */
  name: string
  effect: 'Allow' | 'Deny'
  principals: Selection<Principal>
  actions: Selection<string>
  /** `*` when the policy names none: a repository policy is about its repository (ecr-facts 6.3). */
  resources: Selection<string>
  conditions: Condition[]
}

/** `not`: everything but these (NotPrincipal, NotAction, NotResource). */
export interface Selection<T> {
  not: boolean
  list: T[]
}

export interface Principal {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`. `"Principal": "*"` reads as AWS `*`. */
  type: string
  id: string
}

/** All conditions of a statement must hold; of the values of one, any. */
export interface Condition {
  /** As written: `ForAllValues:StringLikeIfExists`. */
  operator: string
  /** As written: `aws:PrincipalOrgID`. */
  key: string
  values: string[]
}
