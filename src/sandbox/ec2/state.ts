/** The network of one Region of an account, as far as a registry's neighbours need it. */
export interface Ec2State {
  /** By id. */
  vpcs: Record<string, Vpc>
  /** By id. */
  endpoints: Record<string, VpcEndpointState>
}

export interface Vpc {
  id: string
  cidr: string
  isDefault: boolean
  tags: Record<string, string>
}

export interface VpcEndpointState {
  id: string
  vpc: string
  type: 'Interface' | 'Gateway'
  /** `com.amazonaws.eu-west-1.ecr.api`. */
  service: string
  state: 'available' | 'pending' | 'deleted' | 'failed'
  /** JSON text; absent: the policy that AWS gives, which lets everybody do everything. */
  policy?: string
  createdAt: number
  /** Gateways only. */
  routeTables: string[]
  /** Interfaces only. */
  subnets: string[]
  /** By id: the name. */
  securityGroups: Record<string, string>
  privateDns: boolean
  tags: Record<string, string>
}
