import { nameList } from '../neighbour/known.ts'

/** Every operation of the API, also those that the sandbox does not have. */
export const knownOperations = nameList(`
  AssociateCustomDomain CreateAutoScalingConfiguration CreateConnection CreateObservabilityConfiguration
  CreateService CreateVpcConnector CreateVpcIngressConnection DeleteAutoScalingConfiguration
  DeleteConnection DeleteObservabilityConfiguration DeleteService DeleteVpcConnector
  DeleteVpcIngressConnection DescribeAutoScalingConfiguration DescribeCustomDomains
  DescribeObservabilityConfiguration DescribeService DescribeVpcConnector DescribeVpcIngressConnection
  DisassociateCustomDomain ListAutoScalingConfigurations ListConnections ListObservabilityConfigurations
  ListOperations ListServices ListServicesForAutoScalingConfiguration ListTagsForResource ListVpcConnectors
  ListVpcIngressConnections PauseService ResumeService StartDeployment TagResource UntagResource
  UpdateDefaultAutoScalingConfiguration UpdateService UpdateVpcIngressConnection
`)
