import type { Framework } from './framework.ts'

/** The Trust Services Criteria that a SOC 2 report is about. */
export const soc2: Framework = {
  id: 'soc-2',
  name: 'SOC 2',
  title: 'SOC 2, Trust Services Criteria of 2017',
  requirements: {
    'CC6.1': 'logical access is protected',
    'CC6.2': 'access is granted and withdrawn',
    'CC6.3': 'roles and least privilege',
    'CC6.6': 'protection against the outside',
    'CC6.7': 'movement of information is restricted',
    'CC6.8': 'unauthorized software is prevented or found',
    'CC7.1': 'vulnerabilities and changes are found',
    'CC7.2': 'anomalies are noticed',
    'CC7.3': 'security events are evaluated',
    'CC8.1': 'changes are authorized and tested',
    'CC9.2': 'vendors are managed',
    'A1.2': 'backup and recovery',
    'C1.2': 'disposal of confidential information',
  },
}
