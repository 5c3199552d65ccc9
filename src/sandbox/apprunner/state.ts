/** As App Runner describes it; times are in seconds, as on the wire. */
export interface AppRunnerService {
  ServiceName: string
  ServiceId: string
  ServiceArn: string
  ServiceUrl: string
  CreatedAt: number
  UpdatedAt: number
  Status: string
  SourceConfiguration: {
    ImageRepository: {
      ImageIdentifier: string
      ImageRepositoryType: 'ECR' | 'ECR_PUBLIC'
      ImageConfiguration: { Port: string }
    }
    AutoDeploymentsEnabled: boolean
    AuthenticationConfiguration?: { AccessRoleArn: string }
  }
  InstanceConfiguration: { Cpu: string; Memory: string }
}

export interface AppRunnerState {
  services: AppRunnerService[]
}
