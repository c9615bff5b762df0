import t from 'tap'
import { assignmentLines } from '../../src/assignment/assignment-lines.js'
import { proofRows, type HandIn } from '../../src/hand-in/proof-table.js'
import { lineHeading } from '../../src/report/chapter-text.js'

/** A report with a question and an answer for each line. */
const markdown = [
  '# Report',
  'Authors: Ada Lovelace',
  'Made today. Repository: https://example.org/lab.git',
  ...assignmentLines.map(line =>
    [`### ${lineHeading(line, 'en')}`, `> ${line.quote?.en}`, 'This is our answer to it.'].join(
      '\n\n',
    ),
  ),
].join('\n\n')

const handIn: HandIn = {
  collected: { chapters: [], comparisons: [], convergence: undefined },
  marks: [
    { task: 2, line: '2.1', what: 'log of ha', path: 'task-2/ha.log', problem: undefined },
    { task: 2, line: '2.1', what: 'log of s1', path: undefined, problem: 'no file' },
  ],
  markdown,
  language: 'en',
  figures: { textPx: 9000, pdfPages: 41, htmlBytes: 1_000_000 },
}

t.test('each line has its section and its files, in the order of the assignment', async t => {
  const rows = proofRows(handIn)
  const sections = rows.filter(({ check }) => /answer/.test(check))
  t.same(
    sections.map(({ line }) => line),
    assignmentLines.map(({ id }) => id),
  )
  t.same(
    sections.filter(({ holds }) => !holds),
    [],
  )
  t.match(
    rows.filter(({ line }) => line === '2.1'),
    [
      { evidence: 'report.md#21-logs-of-ha-s1-and-s2', found: /words/ },
      { evidence: 'logs/task-2/ha.log', check: 'log of ha', holds: true },
      { evidence: '–', holds: false, found: 'no file' },
    ],
  )
})

/** The checks that fail on a hand-in with these changes. */
const failed = (changed: Partial<HandIn>) =>
  proofRows({ ...handIn, ...changed })
    .filter(({ holds }) => !holds)
    .map(({ line, found }) => `${line} ${found}`)

t.test('a line without its question or answer, and a report that is too long, fail', async t => {
  t.ok(failed({}).includes('report 41 pages'))
  const first = '### 0.2 The repository'
  t.ok(failed({ markdown: markdown.replace(first, '### Another') }).includes('0.2 no question'))
  const unanswered = markdown.replaceAll('This is our answer to it.', '')
  t.ok(failed({ markdown: unanswered }).includes('4.1 0 words'))
  t.ok(failed({ markdown: '' }).includes('report none: report --author NAME'))
})
