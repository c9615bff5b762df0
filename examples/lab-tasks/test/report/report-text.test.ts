import { readdirSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import t from 'tap'
import type { Language } from '../../src/assignment/assignment-lines.js'
import { assignmentLines } from '../../src/assignment/assignment-lines.js'
import { slug } from '../../src/report/markdown-text.js'
import { reportText } from '../../src/report/report-text.js'
import { tasks } from '../../src/tasks/tasks.js'

const folder = join(repository, 'examples/lab-tasks/report')
const texts = Object.fromEntries(
  readdirSync(folder).map(name => [parse(name).name, readFileSync(join(folder, name), 'utf8')]),
)
const chapters = tasks.map(task => ({
  task,
  folder: `/there/logs/task-${task.number}`,
  manifest: {
    task: task.number,
    title: task.title,
    engine: 'processes',
    state: 'complete' as const,
    reason: '',
    runs: 1,
    steps: [],
    files: [],
  },
  faults: [],
  contents: new Map<string, Uint8Array>(),
}))

function written(language: Language): string {
  const origin = { date: '2026-11-29', remote: undefined, authors: ['Ada'], language }
  const collected = { chapters, comparisons: [], convergence: undefined }
  return reportText(collected, texts, origin, '/there/report')
}

function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
}

t.test('every heading and question is French with --lang fr', async t => {
  const [english, french] = [written('en'), written('fr')]
  const own = new Set(headingsOf(english))
  t.equal(headingsOf(french).length, headingsOf(english).length)
  t.same(
    headingsOf(french).filter(heading => own.has(heading)),
    ['Introduction', 'Conclusion'],
    'two words are the same in both languages',
  )
  for (const { quote } of assignmentLines) {
    if (quote) t.ok(french.includes(`> ${quote.fr}`) && !french.includes(`> ${quote.en}`), quote.fr)
  }
})

t.test('the answers are the same text in both languages', async t => {
  const answer = 'What we think of it.'
  t.ok(written('en').includes(answer) && written('fr').includes(answer))
})

t.test('every link within the report leads to a heading, in both languages', async t => {
  for (const language of ['en', 'fr'] as const) {
    const markdown = written(language)
    const anchors = new Set(headingsOf(markdown).map(slug))
    const links = [...markdown.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor)
    t.ok(links.length > 40, language)
    t.same(
      links.filter(anchor => !anchors.has(anchor)),
      [],
    )
  }
})
