import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { arnParts, subjectOf } from '../subject.ts'
import { plainText } from '../text.ts'

/**
 * A registry has no files, but a SARIF result without one is refused: `aws/<account>/<region>/ecr/<repository>` stands
 * for the place and stays the same from run to run. The true name, the ARN, is the logical location.
 */
export function locationOf(report: AuditReport, finding: Finding): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: pathOf(report, finding) },
      region: { startLine: 1 },
    },
    logicalLocations: [
      {
        name: plainText(subjectOf(finding)),
        fullyQualifiedName: plainText(finding.resource),
        kind: 'resource',
      },
    ],
  }
}

function pathOf(report: AuditReport, { resource, repository }: Finding): string {
  const { account, region, service, resource: name } = arnParts(resource)
  const own = repository ?? (name === 'registry' ? undefined : name.replace(/^repository\//, ''))
  const place = [account || report.account, region || (service ? 'global' : report.region), service || 'ecr']
  return ['aws', ...place, ...(own === undefined ? [] : own.split('/'))].map(segment).join('/')
}

/** No name may leave its place (`..`) or change the meaning of the URI. */
function segment(text: string): string {
  if (/^\.{1,2}$/.test(text)) return text.replaceAll('.', '%2E')
  return text === '' ? '_' : encodeURIComponent(plainText(text))
}
