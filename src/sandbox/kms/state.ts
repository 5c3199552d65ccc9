/** What a key has beside what DescribeKey tells. */
export interface KmsKeyDetails {
  /** JSON text; absent: what AWS gives a new key, or a key of its own. */
  policy?: string
  /** Absent: a key of the customer is never rotated. */
  rotation?: { periodInDays: number; enabledAt: number }
  grants?: Grant[]
  multiRegion?: boolean
  tags?: Record<string, string>
}

export interface Grant {
  id: string
  name?: string
  createdAt: number
  /** ARN of whoever may use the key. */
  grantee: string
  retiring?: string
  operations: string[]
}
