import t from 'tap'
import { isRenderingOf } from '../../src/adopt/first-rendering.js'

t.test('a rendering with members has all other lines, in order', async t => {
  const without = 'backend web\n  # a\n  server sorry h:1 backup\n'
  const with1 = 'backend web\n  # a\n  server m1 h:1\n  server sorry h:1 backup\n'
  t.ok(isRenderingOf(without, without))
  t.ok(isRenderingOf(with1, without))
  t.notOk(isRenderingOf(with1.replace('# a', '# b'), without), 'another comment')
  t.notOk(isRenderingOf(with1.replace(/ {2}server sorry.*\n/, ''), without), 'a line less')
  t.notOk(isRenderingOf(`${with1}  balance random\n`, without), 'a line more')
})
