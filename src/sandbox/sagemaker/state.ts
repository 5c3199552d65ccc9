/** As SageMaker describes it; times are in seconds, as on the wire. */
export interface Model {
  ModelName: string
  ModelArn: string
  CreationTime: number
  PrimaryContainer: { Image: string; Mode: string; Environment: Record<string, string> }
  ExecutionRoleArn: string
  EnableNetworkIsolation: boolean
}

export interface EndpointConfig {
  EndpointConfigName: string
  EndpointConfigArn: string
  CreationTime: number
  ProductionVariants: {
    VariantName: string
    ModelName: string
    InitialInstanceCount: number
    InstanceType: string
  }[]
}

export interface Endpoint {
  EndpointName: string
  EndpointArn: string
  EndpointConfigName: string
  EndpointStatus: string
  CreationTime: number
  LastModifiedTime: number
  ProductionVariants: {
    VariantName: string
    DeployedImages: { SpecifiedImage: string; ResolvedImage: string; ResolutionTime: number }[]
  }[]
}

export interface SageMakerState {
  models: Model[]
  endpointConfigs: EndpointConfig[]
  endpoints: Endpoint[]
}
