import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import t from 'tap'
import { assignmentLines, linesOf } from '../../src/assignment/assignment-lines.js'
import { answersIn, citedIn, filledAnswer } from '../../src/report/answers.js'
import type { Chapter } from '../../src/report/collect.js'

const textOf = (name: string) =>
  readFileSync(join(repository, 'examples/lab-tasks/report', `${name}.md`), 'utf8')
const numbers = [0, 1, 2, 3, 4, 5, 6]

t.test('each line of the assignment has an answer, in its order', async t => {
  for (const number of numbers) {
    const answers = answersIn(textOf(`task-${number}`))
    t.same(
      [...answers.keys()],
      linesOf(number).map(({ id }) => id),
    )
    for (const [id, answer] of answers) t.ok(answer.length > 5, id)
  }
})

t.test('each line has its words in both languages', async t => {
  for (const { id, title, quote } of assignmentLines) {
    t.ok(title.en !== '' && title.fr !== '', id)
    if (id !== '0.3') t.ok(quote && quote.en.length > 40 && quote.fr.length > 20, id)
  }
})

t.test('each reference is cited, and each citation has its reference', async t => {
  const references = [...textOf('references').matchAll(/^(\d+)\. /gm)].map(([, n]) => Number(n))
  t.same(
    references,
    references.map((_, i) => i + 1),
  )
  const cited = new Set(numbers.flatMap(number => citedIn(textOf(`task-${number}`))))
  t.same(
    [...cited].toSorted((a, b) => a - b),
    references,
  )
})

t.test('an answer shows what the run found, and says where it has not', async t => {
  const chapter = {
    manifest: { steps: [{ id: '1-a', checks: [{ claim: 'c', holds: true, found: '5 * 2' }] }] },
    contents: new Map([['1-a/x.json', new TextEncoder().encode('{"failed":7}')]]),
  } as unknown as Chapter
  const answer =
    'lost {{fact 0 "1-a/x.json" "failed"}}, {{found 0 "1-a" "c"}}, {{found 0 "1-a" "d"}} {{fact 1 "y" "z"}} [1, 2] [a](b) {{repository}}'
  t.equal(
    filledAnswer(answer, {
      chapters: [chapter],
      convergence: undefined,
      repository: 'here',
      references: 'references',
    }),
    String.raw`lost 7, 5 \* 2, (not measured) (not measured) [\[1, 2\]](#references) [a](b) here`,
  )
})

t.test('figures that an answer names exist in the tasks', async t => {
  const { tasks } = await import('../../src/tasks/tasks.js')
  const used = numbers.flatMap(number => [
    ...textOf(`task-${number}`).matchAll(/\{\{(?:found|fact) (\d) "([^"/]+)/g),
  ])
  t.ok(used.length >= 8)
  for (const [text, task, step] of used) {
    const steps = tasks[Number(task)]?.steps.map(({ id }) => id) ?? []
    t.ok(steps.includes(step ?? ''), text)
  }
})
