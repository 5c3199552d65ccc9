/**
 * The filters. Without it the page shows everything. It is a constant: nothing of a report is ever part of it, so that
 * its hash in the content security policy allows this text and no other.
 */
export const htmlScript = `
'use strict'
const form = document.getElementById('filters')
const rows = Array.from(document.querySelectorAll('#rows > tr'))
const texts = rows.map((row) => row.textContent.toLowerCase())
const shown = document.getElementById('shown')
const none = document.getElementById('none')
function wanted(name) {
  return form.elements[name].value.trim().toLowerCase()
}
function matches(row, at) {
  for (const name of ['status', 'severity', 'control']) {
    if (wanted(name) !== '' && row.dataset[name] !== wanted(name)) return false
  }
  const repository = wanted('repository')
  if (repository !== '' && !row.dataset.repository.toLowerCase().includes(repository)) return false
  return texts[at].includes(wanted('text'))
}
function apply() {
  let count = 0
  rows.forEach((row, at) => {
    row.hidden = !matches(row, at)
    if (!row.hidden) count += 1
  })
  shown.textContent = count + ' of ' + rows.length + ' findings shown'
  none.hidden = count > 0
}
form.hidden = false
form.addEventListener('input', apply)
form.addEventListener('reset', () => setTimeout(apply))
form.addEventListener('submit', (event) => event.preventDefault())
apply()
`
