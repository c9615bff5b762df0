import { relative } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import { comparedRows } from '../compare/comparison-table.js'
import { chapterHeading, chapterText } from './chapter-text.js'
import type { Collected } from './collect.js'
import { literal, slug, table, target } from './markdown-text.js'
import type { Picture } from './pictures.js'

/** The texts that do not depend on a run, by their names in `examples/lab-tasks/report`. */
export type Texts = Readonly<Record<string, string>>

/** Origin of the report. */
export interface Origin {
  readonly date: string
  readonly remote: string | undefined
}

/** The whole report in Markdown. */
export function reportText(
  collected: Collected,
  texts: Texts,
  pictures: readonly Picture[],
  origin: Origin,
  folder: string,
): string {
  const { chapters } = collected
  const text = (name: string) => texts[name] ?? ''
  const sections: [string, string][] = [
    ['Introduction', text('introduction')],
    ...chapters.map((chapter): [string, string] => [
      chapterHeading(chapter),
      chapterText(
        chapter,
        toFolder(folder, chapter.folder),
        text(`task-${chapter.task.number}`),
      ).replace(/^## .*\n\n/, ''),
    ]),
    ['The classic pipeline and the agent', comparisonText(collected, pictures)],
    ['Difficulties', text('difficulties')],
    ['Improvements', text('improvements')],
    ['Conclusion', text('conclusion')],
    ['References', text('references')],
    ['All evidence', evidenceText(collected, folder)],
  ]
  const markdown = [
    '# Dynamic scaling behind HAProxy',
    `Made on ${origin.date} by \`npm run lab -- report\`. Repository: ${origin.remote ? literal(origin.remote) : 'none is named, as this clone has no remote URL'}.`,
    '## Contents',
    sections.map(([title]) => `- [${title}](#${slug(title)})`).join('\n'),
    ...sections.map(([title, body]) => `## ${title}\n\n${body.trim()}`),
  ].join('\n\n')
  return `${withRepositoryLinks(markdown, folder)}\n`
}

function comparisonText({ comparison }: Collected, pictures: readonly Picture[]): string {
  if (!comparison) {
    return 'Not measured: `npm run lab -- compare` does, and this report then shows it.'
  }
  const { date, engine, versions } = comparison
  return [
    `Measured on ${date}, one after the other in one run, on ${engine}: ${literal(named(versions))}. Steady traffic is 40 requests a second, each on a connection of its own; reloads are under 48 clients.`,
    table(
      ['what', 'classic', 'agent', 'classic / agent'],
      comparedRows(comparison).map(({ what, classic, agent, ratio }) => [
        what,
        classic,
        agent,
        ratio,
      ]),
    ),
    'On loopback a dead node refuses connections at once. In a network of its own it is silent, and the classic pipeline loses more.',
    ...pictures.map(({ title, file }) => `**${title}**\n\n![${title}](pictures/${file})`),
  ].join('\n\n')
}

/** Each program by what it says of itself. */
function named(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([program, says]) => `${program}: ${says}`)
    .join('; ')
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
  return rows.length === 0
    ? 'None yet: `npm run lab -- task all` takes it.'
    : table(['file', 'taken at', 'bytes', 'SHA-256', 'command'], rows)
}

/** The way from the report to a folder, with slashes. */
function toFolder(from: string, to: string): string {
  return target(relative(from, to)).replaceAll('%2E', '.')
}

/** `repo:PATH` in the texts is a file of this repository. */
function withRepositoryLinks(markdown: string, folder: string): string {
  return markdown.replaceAll('](repo:', `](${toFolder(folder, repository)}/`)
}
