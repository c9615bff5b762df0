import type { Row } from './proof.js'

/** Returns the rows as a table of Markdown. */
export function proofTable(rows: readonly Row[]): string {
  const cells = [
    ['command', 'seconds', 'requests', 'failed'],
    ...rows.map(({ command, seconds, requests, failed }) => [
      `\`${command}\``,
      seconds.toFixed(2),
      numberText(requests),
      numberText(failed),
    ]),
  ]
  const widths = [0, 1, 2, 3].map(i => Math.max(...cells.map(row => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const [head = [], ...body] = cells
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...body.map(line)].join('\n')
}

function numberText(number: number | undefined): string {
  return number === undefined ? '' : String(number)
}
