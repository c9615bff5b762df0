import t from 'tap'
import { isSetAtRuntime } from '../../src/named-files/list-text.js'

const map = (text: string) => ({ path: '/m', text, use: 'map' as const })

t.test('lists are set at run time, and other files are not', async t => {
  t.ok(isSetAtRuntime(map('')))
  t.ok(isSetAtRuntime(map('a 1\n\nb 2')))
  t.ok(isSetAtRuntime({ ...map('a\n'), use: 'acl' }))
  t.notOk(isSetAtRuntime({ ...map('a\n'), use: 'reload' }))
})

t.test('a line that HAProxy could divide is left to a reload', async t => {
  t.ok(isSetAtRuntime(map(`a ${'x'.repeat(3998)}\nb 2\n`)))
  t.notOk(isSetAtRuntime(map(`b 2\na ${'x'.repeat(3999)}\n`)))
  t.notOk(isSetAtRuntime(map(`b 2\na ${'x'.repeat(20_000)}`)))
})
