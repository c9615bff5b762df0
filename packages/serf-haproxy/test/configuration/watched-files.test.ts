import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { filesOf, WatchedFiles } from '../../src/configuration/watched-files.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'

/** A watch that ends with the test, and a promise of the next change of a file, which is written again and again. */
function scene(t: Test) {
  const folder = t.testdir({ a: '', b: '' })
  const changes = new EventTarget()
  const watched = new WatchedFiles(() => changes.dispatchEvent(new Event('change')))
  t.teardown(() => watched.close())
  const changed = async (name: string) => {
    let times = 0
    const timer = setInterval(() => writeFileSync(join(folder, name), 'x'.repeat(++times)), 50)
    await once(changes, 'change')
    clearInterval(timer)
  }
  return { watched, changed, a: join(folder, 'a'), b: join(folder, 'b') }
}

t.test('a file that is added to the list is watched, in addition to those of before', async t => {
  const { watched, changed, a, b } = scene(t)
  watched.follow([a])
  await changed('a')
  watched.follow([a, b])
  await changed('b')
  await changed('a')
  t.pass('each change was noticed')
})

t.test('the files of a configuration are its templates, its partials and its policy', async t => {
  t.same(filesOf(configurationIn('/x')), [])
  t.same(filesOf(configurationIn('/x', { policy: '/p', template: '/t' })), ['/t', '/p'])
  const outputs = [{ template: '/m.hbs', file: '/m.map', use: 'map' }]
  t.same(filesOf(configurationIn('/x', { partials: ['/a.hbs', '/b.hbs'], outputs })), [
    '/a.hbs',
    '/b.hbs',
    '/m.hbs',
  ])
  t.same(filesOf(configurationIn('/x', { partials: { a: '/a.hbs' } })), ['/a.hbs'])
})
