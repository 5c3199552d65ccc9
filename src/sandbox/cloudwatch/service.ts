import type { NeighbourService } from '../neighbour/service.ts'
import { describeAlarms, describeAlarmsForMetric } from './alarms.ts'
import { deleteAlarms, disableAlarmActions, enableAlarmActions, putMetricAlarm } from './change-alarms.ts'
import { getMetricData } from './get-metric-data.ts'
import { getMetricStatistics } from './get-metric-statistics.ts'
import { knownOperations } from './known-operations.ts'
import { listMetrics } from './list-metrics.ts'

/**
 * The protocol of the present SDK. Assumption: errors have the names of the JSON shapes; the names of the older
 * Query protocol, which AWS adds in a header, are not sent.
 */
export const cloudwatch: NeighbourService = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  wire: { kind: 'json', version: '1.0', target: 'GraniteServiceVersion20100801', known: knownOperations },
  errors: { input: 'InvalidParameterValueException', token: 'InvalidNextToken' },
  operations: {
    DeleteAlarms: deleteAlarms,
    DescribeAlarms: describeAlarms,
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListMetrics: listMetrics,
    PutMetricAlarm: putMetricAlarm,
  },
}
