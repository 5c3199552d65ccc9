/** The topics of one Region of an account, by ARN. */
export interface SnsState {
  topics: Record<string, Topic>
}

export interface Topic {
  arn: string
  displayName: string
  /** JSON text. */
  policy: string
  /** Absent: not encrypted with KMS. */
  kmsKey?: string
  subscriptions: Subscription[]
}

export interface Subscription {
  /** Absent while nobody has confirmed it. */
  arn?: string
  protocol: string
  endpoint: string
  /** Account. */
  owner: string
}
