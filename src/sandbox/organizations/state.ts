export interface MemberAccount {
  Id: string
  Arn: string
  Email: string
  Name: string
  Status: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE'
  JoinedMethod: 'INVITED' | 'CREATED'
  /** Seconds. */
  JoinedTimestamp: number
}

export interface OrganizationPolicy {
  Id: string
  Arn: string
  Name: string
  Description: string
  Type: string
  AwsManaged: boolean
  Content: string
  targets: { TargetId: string; Arn: string; Name: string; Type: 'ACCOUNT' | 'ORGANIZATIONAL_UNIT' | 'ROOT' }[]
}

/** Kept with the management account; one for all Regions. */
export interface OrganizationsState {
  id: string
  rootId: string
  managementEmail: string
  /** Policy types that are switched on at the root. */
  policyTypes: string[]
  members: MemberAccount[]
  policies: OrganizationPolicy[]
}
