interface ContainerProperties {
  image: string
  command: string[]
  jobRoleArn?: string
  executionRoleArn?: string
  environment: { name: string; value: string }[]
  resourceRequirements: { type: string; value: string }[]
}

/** As Batch describes it; times are in milliseconds. */
export interface JobDefinition {
  jobDefinitionName: string
  jobDefinitionArn: string
  revision: number
  status: 'ACTIVE' | 'INACTIVE'
  type: 'container'
  containerProperties: ContainerProperties
  platformCapabilities: string[]
  containerOrchestrationType: 'ECS'
}

export interface JobQueue {
  jobQueueName: string
  jobQueueArn: string
  state: 'ENABLED' | 'DISABLED'
  status: string
  priority: number
  computeEnvironmentOrder: { order: number; computeEnvironment: string }[]
}

export interface Job {
  jobId: string
  jobArn: string
  jobName: string
  /** ARN of its queue. */
  jobQueue: string
  jobDefinition: string
  status: string
  createdAt: number
  startedAt: number
  stoppedAt?: number
  container: ContainerProperties
}

export interface BatchState {
  definitions: JobDefinition[]
  queues: JobQueue[]
  jobs: Job[]
}
