import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import t from 'tap'
import { parseTasks, tasks } from '../../src/tasks/tasks.js'

t.test('a number selects one task, `all` every one', async t => {
  t.same(
    parseTasks('3').map(({ number }) => number),
    [3],
  )
  t.equal(parseTasks('all'), tasks)
  for (const text of ['7', '-1', '03', '', 'ALL']) {
    t.throws(() => parseTasks(text), { name: 'LabError', message: `or all, got ${text}` }, text)
  }
})

t.test('the guide has a heading for each task, which `reset` names', async t => {
  const guide = readFileSync(join(repository, 'docs/lab.md'), 'utf8')
  for (const { number } of tasks) t.match(guide, new RegExp(`^## Task ${number}: `, 'm'))
})

t.test('each task begins with an empty lab, and its steps sort in order', async t => {
  for (const { number, steps } of tasks) {
    t.equal(steps[0]?.isFresh, true, `task ${number}`)
    const ids = steps.map(({ id }) => id)
    t.same(ids.toSorted(), ids)
    for (const { id, files } of steps) t.equal(new Set(files).size, files.length, id)
  }
})
