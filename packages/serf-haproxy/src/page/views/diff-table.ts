import { element } from '../element.js'
import { thousands } from '../format.js'
import { sideBySide, type DiffLine, type DiffRow } from './side-by-side.js'

/** Most rows that the page shows: the first difference of a large cluster is long. */
const mostRows = 200

/** Returns a difference side by side; undefined means that this client may not read it. */
export function diffElement(diff: string | undefined): Element {
  if (diff === undefined) {
    const text = 'The difference is shown after Unlock, or by `serf-haproxy diff`.'
    return element('p', { class: 'quiet' }, text)
  }
  const rows = sideBySide(diff)
  if (rows.length === 0) return element('p', { class: 'quiet' }, 'The text is the same.')
  const rest = rows.length - mostRows
  return element(
    'div',
    { class: 'diff', tabindex: '0', role: 'region', 'aria-label': 'Difference' },
    element('table', {}, element('tbody', {}, ...rows.slice(0, mostRows).map(rowElement))),
    ...(rest > 0
      ? [element('p', { class: 'quiet' }, `${thousands(rest)} more lines: see the command below.`)]
      : []),
  )
}

function rowElement(row: DiffRow): Element {
  if (row.kind === 'heading')
    return element('tr', {}, element('td', { colspan: '4', class: 'quiet' }, row.text))
  const [removed, added] = row.kind === 'same' ? ['', ''] : ['removed', 'added']
  return element('tr', {}, ...cells(row.before, removed), ...cells(row.after, added))
}

function cells(line: DiffLine | undefined, change: string): readonly Element[] {
  return [
    element('td', { class: 'line' }, line ? String(line.number) : ''),
    element('td', { class: line ? `text ${change}` : 'text' }, line?.text ?? ''),
  ]
}
