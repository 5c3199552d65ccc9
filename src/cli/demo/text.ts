import { styleText } from 'node:util'
import type { AuditReport } from '../../audit/audit.ts'
import type { BackupReport } from '../../backup/report.ts'
import type { Finding } from '../../controls/control.ts'
import { formatBytes, formatDuration, plural } from '../../core/bytes.ts'
import { shortDigest } from '../../core/digest.ts'
import { riskCounts } from '../../report/plan-groups.ts'
import { scoreText } from '../../report/score-text.ts'
import { table } from '../../report/text.ts'
import type { RestoreReport } from '../../restore/report.ts'
import type { VerifyReport } from '../../vault/verify.ts'
import type { Disaster } from './disaster.ts'
import type { PutRight } from './put-right.ts'
import type { Comparison, Listener } from './story.ts'

type Style = 'bold' | 'green' | 'red' | 'dim' | 'yellow'

/** Tells the story to a person, chapter by chapter: at most 60 lines of at most 100 columns. */
export function narrator(say: (text: string) => void, colour: boolean): Listener {
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const chapter = (title: string, lines: string[]) =>
    say(`${paint('bold', title)}\n${lines.map((line) => `   ${line}\n`).join('')}\n`)
  return {
    audited: (report) => chapter('1  Audit: what is wrong', auditLines(report, paint)),
    backedUp: (report) => chapter('2  Backup: every byte, tag, referrer and setting', backupLines(report)),
    verified: (report) => chapter('3  Verify: every byte in the vault hashed again', verifyLines(report)),
    struck: (disaster) => chapter('4  Disaster', disasterLines(disaster)),
    restored: (report, compared) =>
      chapter('5  Restore, then compare with what was before', restoreLines(report, compared, paint)),
    backedUpAgain: (report) =>
      chapter('6  Backup once more: nothing changed, nothing is copied', againLines(report)),
    putRight: (what) => chapter('7  Put it right, look again, and take it back', rightLines(what, paint)),
  }
}

const repositories = (count: number): string => plural(count, 'repository', 'repositories')

type Paint = (style: Style, text: string) => string

const order = ['critical', 'high', 'medium', 'low', 'info']

function auditLines(report: AuditReport, paint: Paint): string[] {
  const { pass, fail, unknown } = report.summary
  const failed = report.findings.filter((finding) => finding.status === 'fail')
  const worst = onePerControl(failed).slice(0, 6)
  const controls = Object.keys(report.summary.byControl).length
  return [
    `${controls} controls, ${repositories(repositoriesIn(report))}: ${pass} pass, ${paint('red', `${fail} fail`)}, ${unknown} unknown. No image was pulled.`,
    ...findingLines(worst, paint),
    paint(
      'dim',
      `and ${failed.length - worst.length} more: holdfast audit shows each with its reason and its fix`,
    ),
  ]
}

/** The worst finding of each control, so that the list shows breadth. */
function onePerControl(findings: Finding[]): Finding[] {
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const seen = new Set<string>()
  return sorted.filter((finding) => !seen.has(finding.control) && seen.add(finding.control))
}

function repositoriesIn(report: AuditReport): number {
  return new Set(report.findings.map((finding) => finding.repository).filter(Boolean)).size
}

function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const rows = findings.map(({ severity, repository, reason }) => [
    severity,
    repository ?? 'the registry',
    reason,
  ])
  const text = table(rows, {
    width: 97,
    paint: (cell, { row, column }) =>
      column === 0 && rows[row]?.[0] === 'critical' ? paint('red', cell) : cell,
  })
  return text.split('\n')
}

function backupLines(report: BackupReport): string[] {
  const { manifests, blobs, bytes, copied, skipped } = report
  const lines = [
    `${repositories(report.repositories)}, ${plural(manifests, 'manifest')}, ${plural(blobs, 'blob')}, ${formatBytes(bytes)}; each stored once: ${formatBytes(copied.bytes)}`,
    `in ${formatDuration(report.durationMs)} -> snapshot ${report.snapshot}`,
  ]
  if (skipped.length > 0) {
    lines.push(
      `${plural(skipped.length, 'image')} in ECR's archive class cannot be read: listed, and the snapshot says so`,
    )
  }
  return lines
}

function verifyLines(report: VerifyReport): string[] {
  return [
    `${plural(report.blobs, 'object')}, ${formatBytes(report.bytes)}: ${report.ok ? 'all as they should be' : 'DAMAGED'}`,
  ]
}

function disasterLines(disaster: Disaster): string[] {
  return [
    `repository ${disaster.repositoryDeleted.name} deleted, with ${plural(disaster.repositoryDeleted.images, 'image')}`,
    `tag ${disaster.tagOverwritten.repository}:${disaster.tagOverwritten.tag} overwritten: it points to ${shortDigest(disaster.tagOverwritten.to)} now, not ${shortDigest(disaster.tagOverwritten.from)}`,
    `image ${disaster.imageDeleted.repository}@${shortDigest(disaster.imageDeleted.digest)} deleted, tags and all`,
  ]
}

function restoreLines(report: RestoreReport, compared: Comparison, paint: Paint): string[] {
  const lines = [
    `${plural(report.manifests, 'manifest')}, ${plural(report.tags, 'tag')} and ${plural(report.blobs.sent, 'blob')} sent: only what was missing`,
    `${repositories(compared.repositories)}, ${plural(compared.images, 'image')}: every digest, tag, referrer and setting compared,`,
    'every manifest and every blob pulled and hashed',
  ]
  if (compared.differences.length === 0)
    return [...lines, paint('green', 'IDENTICAL: not one byte, tag or setting differs')]
  return [
    ...lines,
    paint('red', `${plural(compared.differences.length, 'difference')}:`),
    ...compared.differences.slice(0, 10),
  ]
}

function rightLines({ plan, applied, before, after, asBefore }: PutRight, paint: Paint): string[] {
  const { steps, manual, unfixed } = plan
  const done = applied.steps.filter(({ outcome }) => outcome === 'done').length
  const standing = (report: AuditReport) => `${report.summary.fail} fail, score ${scoreText(report) ?? '-'}`
  return [
    `plan: ${plural(steps.length, 'step')} (${riskCounts(steps)}), ${manual.length} by hand, ${plural(unfixed.length, 'finding')} left to people`,
    `apply: ${done} done, each read before and after, its way back written down first`,
    `audit: ${standing(before)} -> ${paint('green', standing(after))}`,
    asBefore
      ? `rollback: ${paint('green', 'AS BEFORE: AWS says exactly what it said before the apply')}`
      : `rollback: ${paint('red', 'something is not as it was')}`,
  ]
}

function againLines(report: BackupReport): string[] {
  const { manifestRequests, blobRequests } = report.requests
  return [
    `${plural(manifestRequests, 'manifest request')}, ${plural(blobRequests, 'blob request')}, in ${formatDuration(report.durationMs)} -> snapshot ${report.snapshot}`,
  ]
}
