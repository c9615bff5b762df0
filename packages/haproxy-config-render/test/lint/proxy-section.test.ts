import { isDisabled } from 'haproxy-config-text/effective'
import t from 'tap'
import { parseSections } from 'haproxy-config-text'
import { hasListeners, hasServers, isHttp, shownProxy } from '../../src/lint/proxy-section.js'

const [, frontend, backend, listen, peers] = parseSections(
  'defaults\n mode http\nfrontend f\nbackend b\n mode tcp\nlisten l\npeers p\n',
)

t.test('a frontend has listeners, a backend has servers, and a listen section both', async t => {
  for (const [section, listeners, servers] of [
    [frontend, true, false],
    [backend, false, true],
    [listen, true, true],
    [peers, false, false],
  ] as const) {
    if (!section) throw new Error('expected four sections')
    t.strictSame([hasListeners(section), hasServers(section)], [listeners, servers], section.kind)
  }
})

t.test('a mode of the section wins over its defaults, and tcp is the mode without one', async t => {
  t.equal(frontend && isHttp(frontend), true)
  t.equal(backend && isHttp(backend), false)
  t.strictSame(parseSections('listen l\n').map(isHttp), [false])
})

t.test('the last of disabled and enabled counts, also over defaults', async t => {
  const text =
    'defaults\n disabled\nbackend a\nbackend b\n enabled\nbackend c\n enabled\n disabled\nglobal\n disabled\n'
  t.strictSame(parseSections(text).slice(1).map(isDisabled), [true, false, true, false])
})

t.test('a proxy is shown with its kind', async t => {
  t.strictSame(parseSections('global\nlisten l\n').map(shownProxy), ['global', 'listen l'])
})
