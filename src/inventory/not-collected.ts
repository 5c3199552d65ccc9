import { missing } from './answer.ts'
import type { Inventory } from './inventory.ts'

/** What an inventory says beside the repositories and the registry's first settings. */
export type Surroundings = Pick<
  Inventory,
  | 'pullThroughRules'
  | 'templates'
  | 'accountSettings'
  | 'signing'
  | 'publicRepositories'
  | 'identities'
  | 'credentials'
  | 'trails'
  | 'logGroups'
  | 'metricFilters'
  | 'alarms'
  | 'topics'
  | 'eventRules'
  | 'schedules'
  | 'vpcEndpoints'
  | 'functions'
  | 'uses'
  | 'pulls'
>

const absent = (needs: string) => missing('NotCollected', 'This inventory was made without it.', needs)

/** What an inventory lacks that was made without the registry's neighbours: unknown, never a pass (law 3). */
export const notCollected: Surroundings = {
  pullThroughRules: absent('ecr:DescribePullThroughCacheRules'),
  templates: absent('ecr:DescribeRepositoryCreationTemplates'),
  accountSettings: absent('ecr:GetAccountSetting'),
  signing: absent('ecr:GetSigningConfiguration'),
  publicRepositories: absent('ecr-public:DescribeRepositories'),
  identities: absent('iam:GetAccountAuthorizationDetails'),
  credentials: absent('iam:GetCredentialReport'),
  trails: absent('cloudtrail:DescribeTrails'),
  logGroups: absent('logs:DescribeLogGroups'),
  metricFilters: absent('logs:DescribeMetricFilters'),
  alarms: absent('cloudwatch:DescribeAlarms'),
  topics: {},
  eventRules: absent('events:ListRules'),
  schedules: absent('scheduler:ListSchedules'),
  vpcEndpoints: absent('ec2:DescribeVpcEndpoints'),
  functions: absent('lambda:ListFunctions'),
  uses: {},
  pulls: absent('cloudwatch:GetMetricData'),
}
