import t from 'tap'
import { pageFile, rootModule, stateModule } from '../../src/http/page-files.js'

t.test('sources and compiled modules of the page are served with their types', async t => {
  t.match(pageFile('page.html'), { status: 200, type: 'text/html; charset=utf-8' })
  t.match(pageFile('page.css'), { type: 'text/css; charset=utf-8' })
  t.match(pageFile('icon.svg'), { type: 'image/svg+xml' })
  t.match(String(pageFile('main.js')?.body), /^import .* from '\.\/controls\.js'/m)
  t.match(pageFile('table/grid.js'), { type: 'text/javascript; charset=utf-8' })
})

t.test('names that could leave the folder, and unknown names, have no file', async t => {
  for (const name of [
    '../package.json',
    'main.ts',
    'none.js',
    '.css',
    'a/b.js',
    'Main.js',
    '',
    'table/../main.js',
    'table//grid.js',
    '/main.js',
    'a/b/c.js',
  ])
    t.equal(pageFile(name), undefined, name)
})

t.test('every module that the page imports is served', async t => {
  const queue = ['/page/main.js']
  const seen = new Set<string>()
  for (const path of queue) {
    if (seen.has(path)) continue
    seen.add(path)
    const [, folder, name = ''] = /^\/(page|state)\/(.+)$/.exec(path) ?? []
    const inFolder = folder === 'page' ? pageFile(name) : stateModule(name)
    const answer = path === '/printable-name.js' ? rootModule('printable-name.js') : inFolder
    t.match(answer, { status: 200, type: 'text/javascript; charset=utf-8' }, path)
    for (const [, target = ''] of String(answer?.body).matchAll(/ from '(\.[^']+)'/g))
      queue.push(new URL(target, `http://agent${path}`).pathname)
  }
  t.ok(seen.has('/state/explanation.js'))
  // The browser loads all of them at once, and not one level of imports after the other.
  const html = String(pageFile('page.html')?.body)
  const preloaded = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(
    ([, path]) => path,
  )
  t.same(preloaded, [...seen].filter(path => path !== '/page/main.js').toSorted())
})

t.test('state modules are JavaScript files of one folder', async t => {
  for (const name of ['../cli.js', 'none.js', 'explanation.d.ts', 'explanation'])
    t.equal(stateModule(name), undefined, name)
})
