import type { Language } from '../assignment/assignment-lines.js'
import type { StepRecord } from '../evidence/manifest.js'
import type { Step } from '../tasks/task.js'
import { filesOf, textOf, timelineOf, type Chapter } from './collect.js'
import { block, literal, table, target } from './markdown-text.js'

/** Files with a text that the chapter itself shows; the rest is a link away. */
const shownInFull =
  /(?:^|\/)(?:ps|nodes|nodes-before|nodes-after|members|members-before|members-after|images)\.txt$|(?:^|\/)(?:serf\.log|restart\.json|crash\.json)$/
const longestShown = 4000

/** The steps of a task with their checks and files, in a block that the reader opens. */
export function evidenceText(chapter: Chapter, toEvidence: string, language: Language): string {
  const { task, manifest } = chapter
  if (!manifest) return ''
  const checks = manifest.steps.flatMap(step => step.checks)
  const good = checks.filter(({ holds }) => holds).length
  return [
    `<details><summary>Evidence of task ${task.number}: ${task.steps.length} steps on ${literal(manifest.engine)}, ${good} of ${checks.length} checks hold</summary>`,
    ...task.steps.map(step => stepText(chapter, step, toEvidence, language)),
    '</details>',
  ].join('\n\n')
}

function stepText(chapter: Chapter, step: Step, toEvidence: string, language: Language): string {
  const record = chapter.manifest?.steps.find(({ id }) => id === step.id)
  const files = filesOf(chapter, step.id)
  const link = (path: string) => `${toEvidence}/${target(path)}`
  const pictures = files.filter(({ path }) => path.endsWith('.png'))
  const texts = files.filter(
    ({ path }) => shownInFull.test(path) || isShortConfiguration(chapter, path),
  )
  return [
    ...stepHeading(`${chapter.task.number}.${step.id}`, step.title, language),
    step.shows,
    ...(record ? [checksText(record)] : ['Not run.']),
    timelineText(chapter, step),
    ...texts.map(({ path, command }) =>
      [`\`${path}\` (${literal(command)}):`, block(shortened(textOf(chapter, path)))].join('\n\n'),
    ),
    ...pictures.map(({ path, at }) => `![${path}, taken at ${at}](${link(path)})`),
    files.length === 0
      ? ''
      : `Evidence: ${files.map(({ path }) => `[${path.slice(step.id.length + 1)}](${link(path)})`).join(', ')}`,
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

/** The heading of a step; its title is English, and so part of the text in a French report. */
function stepHeading(id: string, title: string, language: Language): string[] {
  return language === 'fr' ? [`#### Étape ${id}`, `**${title}**`] : [`#### Step ${id}: ${title}`]
}

function checksText({ startedAt, checks }: StepRecord): string {
  const lines = checks.map(
    ({ claim, holds, found }) =>
      `- ${holds ? '✓' : '**✗**'} ${literal(claim)}${found ? `: ${literal(found)}` : ''}`,
  )
  return [`Played at ${startedAt}:`, lines.join('\n')].join('\n\n')
}

/** A configuration of a few lines; of a longer one, its servers. */
function isShortConfiguration({ task }: Chapter, path: string): boolean {
  return path.endsWith('/haproxy.cfg') && (task.number === 4 || task.number === 5)
}

function shortened(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}\n…`
}

function timelineText(chapter: Chapter, step: Step): string {
  const timeline = timelineOf(chapter, step.id)
  if (!timeline?.nodes?.length) return ''
  const rows = timeline.nodes.map(({ node, change, eventMs, appliedMs, servedMs }) => [
    node,
    change,
    ms(eventMs),
    ms(appliedMs),
    `${change === 'in' ? 'first' : 'last'} ${ms(servedMs)}`,
  ])
  return [
    'When it was seen where, counted from the command:',
    table(['node', 'change', 'event seen', 'configuration applied', 'request served'], rows),
  ].join('\n\n')
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value} ms`
}
