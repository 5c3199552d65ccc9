import { pathTable } from '../neighbour/known.ts'

/** Where every operation of the API is, also of those that the sandbox does not have. */
export const knownPaths = pathTable(`
  POST /v1/canceljob CancelJob
  POST /v1/canceljobs CancelJobs
  POST /v1/createcomputeenvironment CreateComputeEnvironment
  POST /v1/createconsumableresource CreateConsumableResource
  POST /v1/createjobqueue CreateJobQueue
  POST /v1/createquotashare CreateQuotaShare
  POST /v1/createschedulingpolicy CreateSchedulingPolicy
  POST /v1/createserviceenvironment CreateServiceEnvironment
  POST /v1/deletecomputeenvironment DeleteComputeEnvironment
  POST /v1/deleteconsumableresource DeleteConsumableResource
  POST /v1/deletejobqueue DeleteJobQueue
  POST /v1/deletequotashare DeleteQuotaShare
  POST /v1/deleteschedulingpolicy DeleteSchedulingPolicy
  POST /v1/deleteserviceenvironment DeleteServiceEnvironment
  POST /v1/deregisterjobdefinition DeregisterJobDefinition
  POST /v1/describecomputeenvironments DescribeComputeEnvironments
  POST /v1/describeconsumableresource DescribeConsumableResource
  POST /v1/describejobdefinitions DescribeJobDefinitions
  POST /v1/describejobqueues DescribeJobQueues
  POST /v1/describejobs DescribeJobs
  POST /v1/describequotashare DescribeQuotaShare
  POST /v1/describeschedulingpolicies DescribeSchedulingPolicies
  POST /v1/describeserviceenvironments DescribeServiceEnvironments
  POST /v1/describeservicejob DescribeServiceJob
  POST /v1/getjobqueuesnapshot GetJobQueueSnapshot
  POST /v1/listconsumableresources ListConsumableResources
  POST /v1/listjobs ListJobs
  POST /v1/listjobsbyconsumableresource ListJobsByConsumableResource
  POST /v1/listquotashares ListQuotaShares
  POST /v1/listschedulingpolicies ListSchedulingPolicies
  POST /v1/listservicejobs ListServiceJobs
  GET /v1/tags/{resourceArn} ListTagsForResource
  POST /v1/registerjobdefinition RegisterJobDefinition
  POST /v1/submitjob SubmitJob
  POST /v1/submitservicejob SubmitServiceJob
  POST /v1/tags/{resourceArn} TagResource
  POST /v1/terminatejob TerminateJob
  POST /v1/terminatejobs TerminateJobs
  POST /v1/terminateservicejob TerminateServiceJob
  POST /v1/terminateservicejobs TerminateServiceJobs
  DELETE /v1/tags/{resourceArn} UntagResource
  POST /v1/updatecomputeenvironment UpdateComputeEnvironment
  POST /v1/updateconsumableresource UpdateConsumableResource
  POST /v1/updatejobqueue UpdateJobQueue
  POST /v1/updatequotashare UpdateQuotaShare
  POST /v1/updateschedulingpolicy UpdateSchedulingPolicy
  POST /v1/updateserviceenvironment UpdateServiceEnvironment
  POST /v1/updateservicejob UpdateServiceJob
`)
