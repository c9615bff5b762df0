import { assignmentLines, type Language } from '../assignment/assignment-lines.js'
import { comparedRows } from '../compare/comparison-table.js'
import type { Mark } from '../grade/grade-hand-in.js'
import { lineHeading } from './chapter-text.js'
import type { Collected } from './collect.js'
import { reportWords } from './report-words.js'
import { slug, table } from './markdown-text.js'

/** The figures of the run, and each line of the assignment with its section and files. */
export function summaryText(
  { chapters, comparisons }: Collected,
  marks: readonly Mark[],
  language: Language,
): string {
  const words = reportWords[language]
  const checks = chapters.flatMap(({ manifest }) =>
    (manifest?.steps ?? []).flatMap(step => step.checks),
  )
  const files = chapters.reduce((sum, { contents }) => sum + contents.size, 0)
  // Further kinds of nodes are columns in the chapter of the comparison.
  const rows = comparisons
    .slice(0, 1)
    .flatMap(comparison =>
      comparedRows(comparison).map(row => ({ ...row, what: `${row.what} (${comparison.engine})` })),
    )
  return [
    table(words.columns.figures, [
      ['tasks with complete evidence', `${complete(chapters)} of ${chapters.length}`],
      ['checks that hold', `${checks.filter(({ holds }) => holds).length} of ${checks.length}`],
      ['files of evidence', String(files)],
      ['files that the assignment asks for', points(marks)],
      ...rows.map(({ what, classic, agent, ratio }) => [
        what,
        `classic ${classic}, agent ${agent}${ratio === '' ? '' : ` (${ratio})`}`,
      ]),
    ]),
    table(
      words.columns.lines,
      assignmentLines.map(line => {
        const heading = lineHeading(line, language)
        const own = marks.filter(mark => mark.line === line.id)
        return [`[${heading}](#${slug(heading)})`, own.length === 0 ? '–' : points(own)]
      }),
    ),
  ].join('\n\n')
}

function complete(chapters: Collected['chapters']): number {
  return chapters.filter(({ faults }) => faults.length === 0).length
}

function points(marks: readonly Mark[]): string {
  return `${marks.filter(({ problem }) => problem === undefined).length} of ${marks.length}`
}
