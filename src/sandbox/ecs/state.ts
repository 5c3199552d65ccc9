export interface ContainerDefinition {
  name: string
  image: string
  cpu: number
  memory?: number
  essential: boolean
  environment: { name: string; value: string }[]
  portMappings: { containerPort: number; hostPort: number; protocol: string }[]
  mountPoints: never[]
  volumesFrom: never[]
  readonlyRootFilesystem?: boolean
}

/** As ECS describes it; times are in seconds, as on the wire. */
export interface TaskDefinition {
  taskDefinitionArn: string
  containerDefinitions: ContainerDefinition[]
  family: string
  revision: number
  taskRoleArn?: string
  executionRoleArn?: string
  networkMode: string
  volumes: never[]
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  requiresCompatibilities: string[]
  compatibilities: string[]
  cpu: string
  memory: string
  registeredAt: number
}

export interface Service {
  serviceArn: string
  serviceName: string
  clusterArn: string
  status: string
  desiredCount: number
  runningCount: number
  pendingCount: number
  launchType: string
  schedulingStrategy: string
  taskDefinition: string
  createdAt: number
  deployments: {
    id: string
    status: string
    taskDefinition: string
    desiredCount: number
    pendingCount: number
    runningCount: number
    createdAt: number
    updatedAt: number
    launchType: string
    rolloutState: string
  }[]
}

export interface Task {
  taskArn: string
  clusterArn: string
  taskDefinitionArn: string
  /** `service:NAME` or `family:NAME`. */
  group: string
  lastStatus: string
  desiredStatus: 'RUNNING' | 'PENDING' | 'STOPPED'
  launchType: string
  startedBy?: string
  createdAt: number
  startedAt: number
  containers: {
    containerArn: string
    taskArn: string
    name: string
    image: string
    imageDigest?: string
    lastStatus: string
  }[]
}

export interface EcsState {
  clusters: { clusterArn: string; clusterName: string }[]
  services: Service[]
  tasks: Task[]
  taskDefinitions: TaskDefinition[]
}
