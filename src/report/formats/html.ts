import { createHash } from 'node:crypto'
import type { AuditReport } from '../../audit/audit.ts'
import { plural } from '../../core/bytes.ts'
import { repositoryCount } from '../counts.ts'
import { severityOrder } from '../gravity.ts'
import { scoreText } from '../score-text.ts'
import type { AuditFormat } from './format.ts'
import { htmlText } from './html-escape.ts'
import { findingsSection } from './html-findings.ts'
import { htmlScript } from './html-script.ts'
import { frameworkSections, waiverSection } from './html-sections.ts'
import { htmlStyle } from './html-style.ts'

/**
 * One file that needs nothing else: no network, no font, no picture. The policy lets the browser run the script and use
 * the style of these exact bytes only, so that even a mistake in the escaping below could run nothing.
 */
const policy = [
  "default-src 'none'",
  `script-src '${hashOf(htmlScript)}'`,
  `style-src '${hashOf(htmlStyle)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export const html: AuditFormat = (report, { version }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.simulated ? 'Simulated: ' : ''}audit of ${htmlText(report.registry)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<a class="skip" href="#findings-title">To the findings</a>
${header(report)}
<main>
${summary(report)}
${frameworkSections(report)}
${findingsSection(report)}
${waiverSection(report)}
</main>
<footer class="dim"><p>Holdfast ${htmlText(version)}. Not knowing is not passing: an unknown finding names the permission that was missing.</p></footer>
<script>${htmlScript}</script>
</body>
</html>
`

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function header(report: AuditReport): string {
  const repositories = plural(repositoryCount(report), 'repository', 'repositories')
  const label = '<p class="simulated">Simulated: this registry is a sandbox, not a real one.</p>'
  return `<header>
<h1>Audit of <code>${htmlText(report.registry)}</code></h1>
<p class="dim">Account ${htmlText(report.account)}, ${htmlText(report.region)}, ${repositories}, as AWS answered at ${htmlText(report.collectedAt)}.</p>
${report.simulated ? label : ''}
</header>`
}

function summary(report: AuditReport): string {
  const { pass, fail, unknown, waived, notApplicable, bySeverity } = report.summary
  const score = scoreText(report)
  const cards: [string, string, string][] = [
    ...(score ? [['', score, 'score'] as [string, string, string]] : []),
    ...severityOrder
      .filter((severity) => bySeverity[severity] > 0)
      .map((severity): [string, string, string] => [
        severity,
        String(bySeverity[severity]),
        `${severity} fail`,
      ]),
    ...(fail === 0 ? [['pass', '0', 'fail'] as [string, string, string]] : []),
    ['unknown', String(unknown), 'unknown'],
    ['waived', String(waived), 'waived'],
    ['pass', String(pass), 'pass'],
    ['not-applicable', String(notApplicable), 'not applicable'],
  ]
  const items = cards.map(
    ([name, value, label]) =>
      `<li><strong class="${name}">${htmlText(value)}</strong>${htmlText(label)}</li>`,
  )
  return `<ul class="cards" aria-label="Summary">\n${items.join('\n')}\n</ul>`
}
