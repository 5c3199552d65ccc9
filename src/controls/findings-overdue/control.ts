import { plural } from '../../core/bytes.ts'
import type { Inventory, LatestScan, MissingAnswer, RepositoryInventory } from '../../inventory/inventory.ts'
import {
  fail,
  notApplicable,
  pass,
  type RepositoryControl,
  type Severity,
  unknown,
  type Verdict,
} from '../control.ts'
import { dateOf, daysSince } from '../days.ts'
import { imageWords, isFinished, scansOf } from '../scans.ts'
import type { AuditSettings } from '../settings.ts'
import { useActions } from '../uses.ts'

export const findingsOverdue: RepositoryControl = {
  id: 'findings-overdue',
  title: 'Serious vulnerabilities are fixed in time',
  severity: 'high',
  why: 'A hole that is known for weeks, in an image that runs, is what attackers look for first.',
  needs: ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings', ...useActions],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SI-2', 'RA-5'] },
    { framework: 'NIST 800-190', ids: ['4.1.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.3'] },
    { framework: 'SOC 2', ids: ['CC7.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.8'] },
  ],
  fix: 'Build the image again on a base and with packages that have the fixes, push it, and deploy it.',
  scope: 'repository',
  judge: (repository, inventory, { fixWithinDays }) => {
    const { scans, missing } = scansOf(repository, inventory)
    const finished = scans.filter(isFinished)
    const judged = finished.flatMap((scan) =>
      severities.flatMap((severity) => ageOf(scan, { severity, repository, inventory, fixWithinDays })),
    )
    const overdue = judged.filter(({ state }) => state === 'overdue')
    if (overdue[0]) return overdueVerdict(overdue[0], overdue)
    if (missing) return unknown(missing)
    const open = judged.find(({ state }) => state === 'unknown')
    if (open) return open.missing ? unknown(open.missing) : notKnown(open)
    if (finished.length < scans.length || scans.length === 0)
      return notApplicable(whyNot(scans, finished.length))
    return pass(inTimeWords(judged, finished.length))
  },
}

const severities = ['CRITICAL', 'HIGH'] as const
const graver: Partial<Record<(typeof severities)[number], Severity>> = { CRITICAL: 'critical' }

interface Judging {
  severity: (typeof severities)[number]
  repository: RepositoryInventory
  inventory: Inventory
  fixWithinDays: AuditSettings['fixWithinDays']
}

interface Age {
  state: 'overdue' | 'in-time' | 'unknown'
  severity: (typeof severities)[number]
  image: string
  count: number
  allowed: number
  days: number
  /** From when the days are counted, and why from then. */
  since: string
  basis: 'first seen' | 'pushed' | 'reported'
  missing?: MissingAnswer
}

/** Nothing when the image has no open finding of the severity. */
function ageOf(scan: LatestScan, { severity, repository, inventory, fixWithinDays }: Judging): Age[] {
  const count = scan.severities[severity] ?? 0
  if (!(count > 0)) return []
  const allowed = severity === 'CRITICAL' ? fixWithinDays.critical : fixWithinDays.high
  const facts = { severity, image: imageWords(scan, repository).replace(/,$/, ''), count, allowed }
  const start = startOf(scan, severity, repository)
  const days = daysSince(start.since, inventory)
  const missing = 'error' in repository.images ? { missing: repository.images.error } : {}
  if (days === undefined || !start.since) {
    return [{ ...facts, state: 'unknown', days: 0, since: '', basis: start.basis, ...missing }]
  }
  const late = days > allowed
  // There were more findings than were read, or only the last scan is known: they may be older.
  const inTime = scan.openSinceOfSome || start.basis === 'reported' ? 'unknown' : 'in-time'
  const state = late ? 'overdue' : inTime
  return [{ ...facts, state, days, since: start.since, basis: start.basis, ...missing }]
}

type Start = Pick<Age, 'basis'> & { since?: string | undefined }

/**
 * Inspector says when it first saw a finding. Basic scanning does not: no finding of an image is older than its push, so
 * the days are counted from there, unless the last scan alone is long enough ago to be sure.
 */
function startOf(scan: LatestScan, severity: string, { images }: RepositoryInventory): Start {
  const { openSince = {}, completedAt } = scan
  const seen = Object.hasOwn(openSince, severity) ? openSince[severity] : undefined
  if (seen !== undefined) return { basis: 'first seen', since: seen }
  const image = 'ok' in images ? images.ok.find(({ digest }) => digest === scan.digest) : undefined
  if (image) return { basis: 'pushed', since: image.pushedAt }
  return { basis: 'reported', since: completedAt }
}

function overdueVerdict(worst: Age, all: readonly Age[]): Verdict {
  const others = totalOf(all) - worst.count
  const more = others > 0 ? ` Overdue as well: ${others}.` : ''
  const evidence = {
    overdue: all.slice(0, 20).map(({ image, severity, count, days, allowed, basis }) => ({
      ...{ image, severity, count, days, allowed, countedFrom: basis },
    })),
  }
  const severity = graver[worst.severity]
  return { ...fail(`${ageWords(worst)}${more}`, evidence), ...(severity && { severity }) }
}

function ageWords({ image, count, severity, days, allowed, since, basis }: Age): string {
  const findings = `${count} ${severity} in ${image}`
  const from = {
    'first seen': `open for ${plural(days, 'day')}, since ${dateOf(since)}`,
    pushed: `open for up to ${plural(days, 'day')}: counted from the push on ${dateOf(since)}, since basic scanning does not say when a finding became known`,
    reported: `open for ${plural(days, 'day')} at least, since the scan of ${dateOf(since)}`,
  }[basis]
  return `${findings}, ${from}; ${plural(allowed, 'day')} ${allowed === 1 ? 'is' : 'are'} allowed.`
}

function notKnown({ severity, count, image }: Age): Verdict {
  const reason = `Not judged: since when ${count} ${severity} in ${image} are open is not known in full.`
  return { status: 'unknown', reason }
}

function whyNot(scans: readonly LatestScan[], finished: number): string {
  if (scans.length === 0) return 'No image here can be scanned.'
  const which = `${scans.length - finished} of ${plural(scans.length, 'image')}`
  return `Not judged in full: ${which} without a finished scan, which latest-image-scanned is about.`
}

function inTimeWords(judged: readonly Age[], images: number): string {
  if (judged.length === 0) return `No critical or high finding in ${plural(images, 'scanned image')}.`
  const left = Math.min(...judged.map(({ allowed, days }) => allowed - days))
  return `${plural(totalOf(judged), 'serious finding')} in ${plural(images, 'scanned image')} within the time; ${plural(left, 'day')} left.`
}

function totalOf(ages: readonly Age[]): number {
  return ages.reduce((sum, { count }) => sum + count, 0)
}
