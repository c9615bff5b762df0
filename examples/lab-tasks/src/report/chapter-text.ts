import { linesOf, type AssignmentLine, type Language } from '../assignment/assignment-lines.js'
import { frenchTitles } from '../assignment/task-titles.js'
import type { Mark } from '../grade/grade-hand-in.js'
import type { Chapter } from './collect.js'
import { literal, target } from './markdown-text.js'
import { evidenceText } from './step-text.js'

/** Everything that a chapter is made from. */
export interface ChapterParts {
  readonly chapter: Chapter
  /** The way from the report's folder to the task's. */
  readonly toEvidence: string
  readonly language: Language
  /** The answers, by the lines of the assignment. */
  readonly answers: ReadonlyMap<string, string>
  /** Results for the files that the task has to hold. */
  readonly marks: readonly Mark[]
}

/** A chapter's heading. */
export function chapterHeading({ task }: Chapter, language: Language): string {
  return language === 'fr'
    ? `Tâche ${task.number} : ${frenchTitles[task.number] ?? task.title}`
    : `Task ${task.number}: ${task.title}`
}

/** The heading of one line's section. */
export function lineHeading({ id, title }: AssignmentLine, language: Language): string {
  return `${id} ${title[language]}`
}

/**
 * One chapter in Markdown: each line of the assignment with its question, its
 * files and its answer, and then the steps with their evidence, folded.
 */
export function chapterText(parts: ChapterParts): string {
  const { chapter } = parts
  const { task, manifest, faults } = chapter
  return [
    task.purpose,
    ...(faults.length > 0 ? [`**Incomplete:** ${literal(faults.join('; '))}.`] : []),
    ...linesOf(task.number).map(line => lineText(line, parts)),
    evidenceText(chapter, parts.toEvidence, parts.language),
  ]
    .filter(part => part !== '')
    .join('\n\n')
    .concat(manifest ? '' : '\n\nNot run.')
}

function lineText(line: AssignmentLine, parts: ChapterParts): string {
  const { chapter, toEvidence, language, answers, marks } = parts
  const own = marks.filter(mark => mark.line === line.id)
  const link = (path: string) => `${toEvidence}/${target(path.split('/').slice(1).join('/'))}`
  const files = own.map(({ what, path, problem }) =>
    path === undefined || problem !== undefined
      ? `- **✗** ${literal(what)}: ${literal(problem ?? 'missing')}`
      : `- ✓ ${literal(what)}: [${literal(path)}](${link(path)})${commandText(chapter, what, path)}`,
  )
  const pictures = own.flatMap(({ what, path, problem }) =>
    path?.endsWith('.png') && problem === undefined ? [`![${what}](${link(path)})`] : [],
  )
  return [
    `### ${lineHeading(line, language)}`,
    ...(line.quote ? [`> ${line.quote[language]}`] : []),
    ...(files.length > 0 ? [files.join('\n')] : []),
    ...pictures,
    answers.get(line.id) ?? '',
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

/** The command that a table or an inspection is the output of: it says which engine was asked. */
function commandText({ manifest }: Chapter, what: string, path: string): string {
  const own = path.split('/').slice(1).join('/')
  const command = manifest?.files.find(file => file.path === own)?.command
  return command === undefined || !what.startsWith('docker ') ? '' : ` (${literal(command)})`
}
