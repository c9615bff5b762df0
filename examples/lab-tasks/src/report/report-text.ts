import { relative } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import type { Language } from '../assignment/assignment-lines.js'
import { gradeHandIn, type Mark } from '../grade/grade-hand-in.js'
import { handedFile } from '../grade/handed-file.js'
import { answersIn, filledAnswer, type AnswerValues } from './answers.js'
import { comparisonText } from './comparison-text.js'
import { chapterHeading, chapterText } from './chapter-text.js'
import type { Collected } from './collect.js'
import { literal, slug, table, target } from './markdown-text.js'
import { reportWords } from './report-words.js'
import { summaryText } from './summary-text.js'

/** The texts that do not depend on a run, by their names in `examples/lab-tasks/report`. */
export type Texts = Readonly<Record<string, string>>

/** Origin of the report, and its form. */
export interface Origin {
  readonly date: string
  readonly remote: string | undefined
  readonly authors: readonly string[]
  readonly language: Language
}

/** The whole report in Markdown. */
export function reportText(
  collected: Collected,
  texts: Texts,
  origin: Origin,
  folder: string,
): string {
  const { language, authors } = origin
  const words = reportWords[language]
  const marks = marksOf(collected)
  const cited = (name: string) => filledAnswer(texts[name] ?? '', valuesOf(collected, origin))
  const sections: [string, string][] = [
    [words.summary, summaryText(collected, marks, language)],
    [words.introduction, texts['introduction'] ?? ''],
    ...chapterSections(collected, texts, marks, origin, folder),
    [words.comparison, comparisonText(collected.comparisons)],
    [words.difficulties, cited('difficulties')],
    [words.conclusion, cited('conclusion')],
    [words.references, texts['references'] ?? ''],
    [words.evidence, evidenceText(collected, folder)],
  ]
  const markdown = [
    `# ${words.title}`,
    ...(authors.length > 0 ? [`${words.authors}: ${authors.map(literal).join(', ')}`] : []),
    `Made on ${origin.date} by \`npm run lab -- report\`. ${repositoryText(origin)}`,
    `## ${words.contents}`,
    sections.map(([title]) => `- [${title}](#${slug(title)})`).join('\n'),
    ...sections.map(([title, body]) => `## ${title}\n\n${body.trim()}`),
  ].join('\n\n')
  return `${withRepositoryLinks(markdown, folder)}\n`
}

function valuesOf({ chapters, convergence }: Collected, origin: Origin): AnswerValues {
  const references = slug(reportWords[origin.language].references)
  return { chapters, convergence, repository: repositoryText(origin), references }
}

function chapterSections(
  collected: Collected,
  texts: Texts,
  marks: readonly Mark[],
  origin: Origin,
  folder: string,
): [string, string][] {
  const { language } = origin
  return collected.chapters.map(chapter => {
    const answers = answersIn(texts[`task-${chapter.task.number}`] ?? '')
    const filled = [...answers].map(
      ([id, answer]) => [id, filledAnswer(answer, valuesOf(collected, origin))] as const,
    )
    const toEvidence = toFolder(folder, chapter.folder)
    const parts = { chapter, toEvidence, language, marks, answers: new Map(filled) }
    return [chapterHeading(chapter, language), chapterText(parts)]
  })
}

/** Results for the files that the assignment asks for. */
export function marksOf({ chapters }: Collected): Mark[] {
  return gradeHandIn(
    chapters.flatMap(({ task, contents }) =>
      [...contents].map(([path, bytes]) => handedFile(`task-${task.number}/${path}`, bytes)),
    ),
  )
}

function repositoryText({ remote }: Origin): string {
  return remote
    ? `Repository: ${literal(remote)}`
    : 'Repository: none is named, as this clone has no remote URL.'
}

function evidenceText({ chapters }: Collected, folder: string): string {
  const rows = chapters.flatMap(chapter =>
    (chapter.manifest?.files ?? [])
      .filter(({ path }) => chapter.contents.has(path))
      .map(({ path, at, sha256, bytes, command }) => [
        `[task ${chapter.task.number}/${path}](${toFolder(folder, chapter.folder)}/${target(path)})`,
        at,
        String(bytes),
        `\`${sha256.slice(0, 16)}…\``,
        literal(command),
      ]),
  )
  if (rows.length === 0) return 'None yet: `npm run lab -- task all` takes it.'
  return [
    `<details><summary>${rows.length} files, each with its time, size, SHA-256 and command</summary>`,
    table(['file', 'taken at', 'bytes', 'SHA-256', 'command'], rows),
    '</details>',
  ].join('\n\n')
}

/** The way from the report to a folder, with slashes. */
function toFolder(from: string, to: string): string {
  return target(relative(from, to)).replaceAll('%2E', '.')
}

/** `repo:PATH` in the texts is a file of this repository. */
function withRepositoryLinks(markdown: string, folder: string): string {
  return markdown.replaceAll('](repo:', `](${toFolder(folder, repository)}/`)
}
