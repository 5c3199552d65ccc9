import type { Image } from '../../world.ts'

type Scan = NonNullable<Image['scan']>

/** A finished scan that found nothing. The time of completion is set when the image is planted. */
export function cleanScan(): Scan {
  return { status: 'COMPLETE', severities: {}, findings: [] }
}

/** A finished scan with findings, by severity. Their names are plainly invented. */
export function scanWith(severities: Record<string, number>): Scan {
  const findings = Object.entries(severities).flatMap(([severity, count]) =>
    Array.from({ length: count }, (_, at) => finding(severity, at + 1)),
  )
  return { status: 'COMPLETE', severities, findings }
}

function finding(severity: string, number: number) {
  return {
    name: `SIMULATED-${severity}-${number}`,
    description: 'An invented finding of the sandbox.',
    uri: 'https://example.com/simulated-finding',
    severity,
    attributes: [
      { key: 'package_name', value: `package-${number}` },
      { key: 'package_version', value: '1.0.0' },
    ],
  }
}

/** What Inspector goes on finding in an image, once a finding was seen: one of a severity. */
export function inspectorScan(severity: string, seenDaysAgo: number) {
  return (secondsAt: (daysAgo: number) => number): Scan => ({
    status: 'ACTIVE',
    severities: { [severity]: 1 },
    findings: [
      {
        findingArn: 'arn:aws:inspector2:us-east-1:111122223333:finding/simulated-1',
        title: `SIMULATED-${severity}-1`,
        description: 'An invented finding of the sandbox.',
        type: 'PACKAGE_VULNERABILITY',
        severity,
        status: 'ACTIVE',
        firstObservedAt: secondsAt(seenDaysAgo),
        lastObservedAt: secondsAt(0),
        updatedAt: secondsAt(0),
      },
    ],
  })
}
