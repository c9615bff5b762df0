import t from 'tap'
import { textTable } from '../src/text-table.js'

t.test('columns are as wide as their widest cell, and lines have no spaces at the end', async t => {
  t.equal(
    textTable([
      ['name', 'port'],
      ['s1', '3000'],
      ['s11', ''],
    ]),
    'name  port\ns1    3000\ns11',
  )
  t.equal(textTable([]), '')
})
