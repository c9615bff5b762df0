import {
  assignmentLines,
  type AssignmentLine,
  type Language,
} from '../assignment/assignment-lines.js'
import type { Mark } from '../grade/grade-hand-in.js'
import { lineHeading } from '../report/chapter-text.js'
import type { Chapter, Collected } from '../report/collect.js'
import { slug } from '../report/markdown-text.js'
import { figureLimits, megabytes, type ReportFigures } from '../report/report-figures.js'

/** One check of a hand-in. */
export interface ProofRow {
  /** The line of the assignment, as in `4.1`; `task N` or `report` for a check of the whole. */
  readonly line: string
  /** The file or the section that meets it. */
  readonly evidence: string
  readonly check: string
  readonly holds: boolean
  /** The value found. */
  readonly found: string
}

/** Everything that a hand-in is checked by. */
export interface HandIn {
  readonly collected: Collected
  readonly marks: readonly Mark[]
  /** The report in Markdown. */
  readonly markdown: string
  readonly language: Language
  readonly figures: ReportFigures
}

/** Returns a check for each section and file that the assignment asks for, and for the whole. */
export function proofRows(handIn: HandIn): ProofRow[] {
  return [
    ...assignmentLines.flatMap(line => [
      sectionRow(line, handIn),
      ...handIn.marks.filter(mark => mark.line === line.id).map(fileRow),
    ]),
    ...handIn.collected.chapters.map(taskRow),
    ...measurementRows(handIn.collected),
    ...formRows(handIn),
  ]
}

/** Fewest words of an answer: where files are asked for, a sentence says what they show. */
const fewestWords = 5

function sectionRow(line: AssignmentLine, { markdown, language }: HandIn): ProofRow {
  const heading = lineHeading(line, language)
  const section = sectionOf(markdown, heading)
  const hasQuestion = line.quote === undefined || section.includes(`> ${line.quote[language]}`)
  const words = section
    .split('\n')
    .filter(text => !/^(?:>|- [✓*]|!\[)/.test(text))
    .join(' ')
    .split(/\s+/)
    .filter(word => /\w/.test(word)).length
  return {
    line: line.id,
    evidence: `report.md#${slug(heading)}`,
    check: line.quote === undefined ? 'answer' : 'question and answer',
    holds: hasQuestion && words >= fewestWords,
    found: hasQuestion ? `${words} words` : 'no question',
  }
}

/** Returns the text below a heading of the third level, up to the next heading or folded block. */
function sectionOf(markdown: string, heading: string): string {
  const [, rest = ''] = markdown.split(`\n### ${heading}\n`)
  const [section = ''] = rest.split(/\n(?:#{2,4} |<details><summary>Evidence)/)
  return section
}

function fileRow({ line, what, path, problem }: Mark): ProofRow {
  const evidence = path === undefined ? '–' : `logs/${path}`
  const found = problem ?? 'right contents'
  return { line: line ?? '', evidence, check: what, holds: problem === undefined, found }
}

function taskRow({ task, manifest, faults }: Chapter): ProofRow {
  const checks = (manifest?.steps ?? []).flatMap(step => step.checks)
  const good = checks.filter(({ holds }) => holds).length
  return {
    line: `task ${task.number}`,
    evidence: `logs/task-${task.number}/manifest.json`,
    check: 'all checks hold, each file as it was taken',
    holds: faults.length === 0 && good === checks.length,
    found: [`${good} of ${checks.length}, ${manifest?.engine ?? 'not run'}`, ...faults].join('; '),
  }
}

function measurementRows({ comparisons, convergence }: Collected): ProofRow[] {
  const compared = comparisons.map(({ engine, agent }) => `${engine}, n = ${agent.length}`)
  const sizes = (convergence?.sizes ?? []).map(({ nodes }) => nodes)
  return [
    {
      line: '2.3',
      evidence: 'logs/convergence/convergence.json',
      check: 'convergence of gossip is measured',
      holds: sizes.length > 0,
      found: sizes.length > 0 ? `${sizes.join(', ')} agents` : 'npm run lab -- convergence',
    },
    {
      line: '6.2',
      evidence: 'logs/compare',
      check: 'the classic pipeline and the agent are compared',
      holds: compared.length > 0,
      found: compared.length > 0 ? compared.join('; ') : 'npm run lab -- compare',
    },
  ]
}

function formRows({ markdown, figures }: HandIn): ProofRow[] {
  const [, authors] = /^(?:Authors|Auteurs): (.+)$/m.exec(markdown) ?? []
  const [, repository] = /Repository: (\S+:\S+)/.exec(markdown) ?? []
  return [
    {
      line: '0.2',
      evidence: 'report.md',
      check: 'the URL of the repository',
      holds: repository !== undefined,
      found: repository ?? 'none: report --repository URL',
    },
    {
      line: 'report',
      evidence: 'report.md',
      check: 'the authors are named',
      holds: authors !== undefined,
      found: authors ?? 'none: report --author NAME',
    },
    ...sizeRows(figures),
  ]
}

function sizeRows({ textPx, pdfPages, htmlBytes }: ReportFigures): ProofRow[] {
  const html = { line: 'report', evidence: 'report.html' }
  return [
    {
      ...html,
      check: `main text of at most ${pixels(figureLimits.textPx)}`,
      holds: textPx <= figureLimits.textPx,
      found: pixels(textPx),
    },
    {
      ...html,
      check: `at most ${megabytes(figureLimits.htmlBytes)}`,
      holds: htmlBytes <= figureLimits.htmlBytes,
      found: megabytes(htmlBytes),
    },
    {
      line: 'report',
      evidence: 'report.pdf',
      check: `at most ${figureLimits.pdfPages} pages`,
      holds: pdfPages > 0 && pdfPages <= figureLimits.pdfPages,
      found: `${pdfPages} pages`,
    },
  ]
}

function pixels(px: number): string {
  return `${px.toLocaleString('en')} px`
}
