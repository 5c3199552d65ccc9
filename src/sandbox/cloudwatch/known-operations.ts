import { nameList } from '../neighbour/known.ts'

/** Every operation of the API, also those that the sandbox does not have. */
export const knownOperations = nameList(`
  AssociateDatasetKmsKey CreateResourceMetricsConfiguration DeleteAlarmMuteRule DeleteAlarms
  DeleteAnomalyDetector DeleteDashboards DeleteInsightRules DeleteMetricStream
  DeleteResourceMetricsConfiguration DescribeAlarmContributors DescribeAlarmHistory DescribeAlarms
  DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules DisableAlarmActions
  DisableInsightRules DisassociateDatasetKmsKey EnableAlarmActions EnableInsightRules GetAlarmMuteRule
  GetDashboard GetDataset GetInsightRuleReport GetMetricData GetMetricStatistics GetMetricStream
  GetMetricWidgetImage GetOTelEnrichment GetResourceMetricsConfiguration ListAlarmMuteRules ListDashboards
  ListManagedInsightRules ListMetricStreams ListMetrics ListTagsForResource PutAlarmMuteRule
  PutAnomalyDetector PutCompositeAlarm PutDashboard PutInsightRule PutLogAlarm PutManagedInsightRules
  PutMetricAlarm PutMetricData PutMetricStream SetAlarmState StartMetricStreams StartOTelEnrichment
  StopMetricStreams StopOTelEnrichment TagResource UntagResource UpdateOTelEnrichment
  UpdateResourceMetricsConfiguration
`)
