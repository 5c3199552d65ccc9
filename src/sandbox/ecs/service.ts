import type { NeighbourService } from '../neighbour/service.ts'
import { describeClusters, listClusters } from './clusters.ts'
import { knownOperations } from './known-operations.ts'
import { describeServices, listServices } from './services.ts'
import { describeTaskDefinition, listTaskDefinitions } from './task-definitions.ts'
import { describeTasks, listTasks } from './tasks.ts'

export const ecs: NeighbourService = {
  name: 'ecs',
  wire: {
    kind: 'json',
    version: '1.1',
    target: 'AmazonEC2ContainerServiceV20141113',
    known: knownOperations,
  },
  errors: { input: 'InvalidParameterException', token: 'InvalidParameterException' },
  operations: {
    DescribeClusters: describeClusters,
    DescribeServices: describeServices,
    DescribeTaskDefinition: describeTaskDefinition,
    DescribeTasks: describeTasks,
    ListClusters: listClusters,
    ListServices: listServices,
    ListTaskDefinitions: listTaskDefinitions,
    ListTasks: listTasks,
  },
}
