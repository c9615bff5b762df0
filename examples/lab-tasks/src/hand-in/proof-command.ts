import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { table } from 'command-line-program'
import { LabError } from 'serf-haproxy-lab'
import { openPage } from '../evidence/browser.js'
import { collect } from '../report/collect.js'
import { reportFigures } from '../report/report-figures.js'
import { marksOf } from '../report/report-text.js'
import { proofRows } from './proof-table.js'

/** Options of `proof`. */
export interface ProofOptions {
  /** The folder of evidence. */
  readonly logs: string
  /** Folder of the report. */
  readonly report: string
  readonly isJson: boolean
}

/**
 * `npm run lab -- proof`: checks the evidence and the report against each line of
 * the assignment, and prints a row for each check.
 *
 * @returns whether every check holds
 */
export async function proofCommand({ logs, report, isJson }: ProofOptions): Promise<boolean> {
  const folder = resolve(report)
  const markdown = await readFile(join(folder, 'report.md'), 'utf8').catch((cause: Error) => {
    throw new LabError(
      `${folder} holds no report (${cause.message}): write it first with: npm run lab -- report`,
      { cause },
    )
  })
  await using page = await openPage()
  const figures = await reportFigures(page, folder)
  const collected = await collect(resolve(logs))
  const marks = marksOf(collected)
  const language = /^## Table des matières$/m.test(markdown) ? 'fr' : 'en'
  const rows = proofRows({ collected, marks, markdown, language, figures })
  const good = rows.filter(({ holds }) => holds).length
  if (isJson) console.log(JSON.stringify({ ok: good === rows.length, rows, figures }))
  else {
    const lines = rows.map(({ line, evidence, check, holds, found }) => [
      line,
      evidence,
      check,
      `${holds ? '✓' : '✗'} ${found}`,
    ])
    console.log(table([['line', 'file or section', 'check', 'result'], ...lines]))
    console.log(`${good} of ${rows.length} checks hold`)
  }
  return good === rows.length
}
