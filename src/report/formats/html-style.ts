/** Dark and light as the reader has it; on paper the filters go and what they hid stays hidden. */
export const htmlStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --dim: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --critical: #a40e26; --high: #cf222e; --medium: #953800; --low: #57606a; --good: #116329; --odd: #6639ba; --link: #0550ae }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --dim: #9da7b1; --line: #30363d;
  --soft: #161b22; --critical: #ff9492; --high: #ff7b72; --medium: #f0a063; --low: #9da7b1; --good: #56d364; --odd: #d2a8ff;
  --link: #79c0ff } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .25rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
a { color: var(--link) }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere }
pre { background: var(--soft); padding: .5rem; margin: .25rem 0; white-space: pre-wrap }
.skip { position: absolute; left: -999rem }
.skip:focus { position: static }
.dim { color: var(--dim) }
.simulated { border: 2px solid var(--odd); color: var(--odd); padding: .5rem .75rem; font-weight: 600; margin: 1rem 0 }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; padding: 0; margin: 1rem 0 }
.cards li { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .9rem; min-width: 6rem }
.cards strong { display: block; font-size: 1.4rem }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; background: var(--soft); padding: .75rem;
  border: 1px solid var(--line); border-radius: .4rem }
form[hidden], [hidden] { display: none !important }
label { display: grid; gap: .2rem; font-size: .875rem }
input, select, button { font: inherit; padding: .3rem .5rem; color: inherit; background: var(--back);
  border: 1px solid var(--dim); border-radius: .3rem; max-width: 16rem }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; margin: .75rem 0 }
#findings { table-layout: fixed }
#findings th:nth-child(1), #findings th:nth-child(2) { width: 7.5rem }
#findings th:nth-child(3) { width: 22% } #findings th:nth-child(4) { width: 18% }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere }
thead th { border-bottom: 2px solid var(--dim); background: var(--back); position: sticky; top: 0 }
td p { margin: .15rem 0 }
.fixed { white-space: nowrap; font-weight: 600; overflow-wrap: normal }
.critical { color: var(--critical) } .high { color: var(--high) } .medium { color: var(--medium) } .low, .info { color: var(--low) }
.fail { color: var(--high) } .pass { color: var(--good) } .unknown { color: var(--odd) }
.waived, .not-applicable, .not-judged { color: var(--dim) }
@media print { body { max-width: none; padding: 0; font-size: 9pt } form, .skip { display: none !important }
  thead { display: table-header-group } thead th { position: static } tr { break-inside: avoid } h2 { break-after: avoid } }
@media (max-width: 45rem) { body { padding: .75rem } th, td { padding: .3rem; font-size: .875rem }
  #findings th:nth-child(1), #findings th:nth-child(2) { width: 4.6rem } .fixed { white-space: normal } }
`
