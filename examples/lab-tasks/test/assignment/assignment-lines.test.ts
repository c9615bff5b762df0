import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from 'serf-haproxy-lab'
import t from 'tap'
import { assignmentLines } from '../../src/assignment/assignment-lines.js'

t.test('the marking scheme has points for each line, in the order of the assignment', async t => {
  const sheet = readFileSync(join(repository, 'docs/lab-exercises.md'), 'utf8')
  const rows = [...sheet.matchAll(/^\| (\d\.\d)( optional)? +\| (\d+) /gm)]
  t.same(
    rows.map(([, id, optional]) => ({ id, isOptional: optional !== undefined })),
    assignmentLines.map(({ id, isOptional }) => ({ id, isOptional })),
  )
  const required = rows.filter(([, , optional]) => optional === undefined)
  const total = required.reduce((sum, [, , , points]) => sum + Number(points), 0)
  t.match(sheet, `The required lines have ${total} points.`)
})
