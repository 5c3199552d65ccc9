import { nameList } from '../neighbour/known.ts'

/** Every operation of the API, also those that the sandbox does not have. */
export const knownOperations = nameList(`
  ActivateEventSource CancelReplay CreateApiDestination CreateArchive CreateConnection CreateEndpoint
  CreateEventBus CreatePartnerEventSource DeactivateEventSource DeauthorizeConnection DeleteApiDestination
  DeleteArchive DeleteConnection DeleteEndpoint DeleteEventBus DeletePartnerEventSource DeleteRule
  DescribeApiDestination DescribeArchive DescribeConnection DescribeEndpoint DescribeEventBus
  DescribeEventSource DescribePartnerEventSource DescribeReplay DescribeRule DisableRule EnableRule
  ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses ListEventSources
  ListPartnerEventSourceAccounts ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules
  ListTagsForResource ListTargetsByRule PutEvents PutPartnerEvents PutPermission PutRule PutTargets
  RemovePermission RemoveTargets StartReplay TagResource TestEventPattern UntagResource UpdateApiDestination
  UpdateArchive UpdateConnection UpdateEndpoint UpdateEventBus
`)
