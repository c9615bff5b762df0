import Handlebars from 'handlebars'
import type { Convergence } from '../convergence/convergence.js'
import type { Chapter } from './collect.js'
import { textOf } from './collect.js'
import { runVariantRows } from '../images/run-variants-text.js'
import type { RunVariants } from '../images/run-variants.js'
import { convergenceText } from './convergence-text.js'
import { literal, table } from './markdown-text.js'

/** Text in place of a figure that the run has not measured. */
const unmeasured = '(not measured)'

/**
 * Returns the answers of a text by the line of the assignment: each begins
 * with a heading of that line, as in `## 4.2`.
 */
export function answersIn(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^## (\d\.\d)$/m).slice(1)
  const answers = new Map<string, string>()
  for (let i = 0; i < parts.length; i += 2) answers.set(parts[i] ?? '', (parts[i + 1] ?? '').trim())
  return answers
}

/** Values that answers can name. */
export interface AnswerValues {
  readonly chapters: readonly Chapter[]
  readonly convergence: Convergence | undefined
  /** The repository's address, in Markdown. */
  readonly repository: string
  /** Anchor of the references, which citations lead to. */
  readonly references: string
}

/**
 * Returns an answer with the figures of the run in it, and its citations as
 * links to the references.
 */
export function filledAnswer(
  answer: string,
  { chapters, convergence, repository, references }: AnswerValues,
): string {
  const filled = Handlebars.compile(answer, { noEscape: true, strict: true })(
    { repository },
    {
      helpers: {
        found: foundIn(chapters),
        fact: factIn(chapters),
        runVariants: runVariantsIn(chapters),
        convergence: () => convergenceText(convergence),
      },
    },
  )
  return filled.replaceAll(/\[([\d, ]+)\](?!\()/g, (_, numbers: string) => {
    return `[\\[${numbers}\\]](#${references})`
  })
}

/** Returns the numbers of the references that a text cites. */
export function citedIn(text: string): number[] {
  const groups = [...text.matchAll(/\[([\d, ]+)\](?!\()/g)]
  return groups.flatMap(([, numbers = '']) => numbers.split(',').map(Number))
}

/** `{{found TASK "STEP" "CLAIM"}}`: what a check found in the run. */
function foundIn(chapters: readonly Chapter[]) {
  return (task: number, step: string, claim: string) => {
    const record = chapters[task]?.manifest?.steps.find(({ id }) => id === step)
    const found = record?.checks.find(check => check.claim === claim)?.found
    return found === undefined ? unmeasured : literal(found)
  }
}

/** `{{fact TASK "FILE" "NAME"}}`: a value in a JSON file of the run. */
function factIn(chapters: readonly Chapter[]) {
  return (task: number, path: string, name: string) => {
    const chapter = chapters[task]
    if (!chapter?.contents.has(path)) return unmeasured
    const facts = JSON.parse(textOf(chapter, path)) as Record<string, string | number | undefined>
    return literal(String(facts[name] ?? unmeasured))
  }
}

const runVariantsFile = '5-images/run-variants.json'

/** `{{runVariants}}`: the table of the builds that task 4 has measured, or the reason why there is none. */
function runVariantsIn(chapters: readonly Chapter[]) {
  return () => {
    const chapter = chapters.find(({ task }) => task?.number === 4)
    if (!chapter?.contents.has(runVariantsFile)) return unmeasured
    const measured = JSON.parse(textOf(chapter, runVariantsFile)) as RunVariants
    const [titles, ...rows] = runVariantRows(measured)
    if (!titles || !measured.variants) {
      return `Not measured in this run: ${literal(measured.variants ? '' : measured.reason)}`
    }
    const engine = `Three small commands on \`${measured.base}\`, built with ${literal(measured.engine)}. The first makes a file of 8 MB in place of a download, the second installs 1 MB of it, and the third removes the download:`
    return `${engine}\n\n${table(titles, rows)}`
  }
}
