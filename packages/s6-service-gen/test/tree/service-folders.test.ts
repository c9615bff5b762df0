import t from 'tap'
import { marker } from '../../src/file-tree.js'
import {
  bootEntriesOf,
  layoutOf,
  namesIn,
  pipelineNameOf,
  serviceFolders,
  typeOf,
  valueOf,
} from '../../src/tree/service-folders.js'

const layout = (path: string) => layoutOf(new Map([[path, marker]]))

t.test('the layout of a tree shows in its files', async t => {
  t.equal(layout('web/run'), 's6')
  t.equal(layout('web/type'), 's6-rc')
  t.equal(layout('web/up'), 's6-rc')
  t.equal(layout('all/contents.d/web'), 's6-rc')
  t.equal(layout('web/dependencies'), 's6-rc')
  t.equal(layout('s6-rc.d/web/run'), 's6-overlay')
  t.equal(layout('user-bundles.d/user/contents.d/web'), 's6-overlay')
})

t.test('services are folders whose names do not begin with a dot', async t => {
  const tree = new Map([
    ['web/run', marker],
    ['web/data/run', marker],
    ['empty/', marker],
    ['.s6-svscan/SIGTERM', marker],
    ['stray', marker],
  ])
  const folders = serviceFolders(tree, 's6')
  t.same(
    folders.map(({ name, files }) => [name, [...files.keys()]]),
    [
      ['web', ['run', 'data/run']],
      ['empty', []],
    ],
  )
})

t.test("s6-overlay's own bundles are no services, and list what starts at boot", async t => {
  const tree = new Map([
    ['s6-rc.d/web/run', marker],
    ['s6-rc.d/user/contents.d/web', marker],
    ['s6-rc.d/user/contents.d/.gitkeep', marker],
    ['s6-rc.d/user2/contents.d/late', marker],
    ['user-bundles.d/user/contents.d/db/', marker],
    ['user-bundles.d/user2/contents.d/late', marker],
    ['elsewhere/x', marker],
  ])
  t.same(
    serviceFolders(tree, 's6-overlay').map(({ name }) => name),
    ['web'],
  )
  t.same(bootEntriesOf(tree), [
    { bundle: 'user', name: 'web' },
    { bundle: 'user', name: 'db' },
    { bundle: 'user2', name: 'late' },
  ])
})

const text = (content: string) => ({ content, mode: 0o644 })

t.test('a list is a file of lines, or a folder, which then counts alone', async t => {
  const service = {
    name: 'web',
    files: new Map([
      ['dependencies', text('# old\n  cache\n\n\tcache\n.git\ndb \n')],
      ['contents', text('old\n')],
      ['contents.d/db', marker],
      ['contents.d/folder/file', marker],
      ['contents.d/.gitkeep', marker],
      ['contents.d/', marker],
      ['consumer-for.d/db', marker],
    ]),
  }
  t.same(namesIn(service, 'dependencies'), ['cache', '.git', 'db '])
  t.same(namesIn(service, 'contents'), ['db', 'folder'])
  t.same(namesIn(service, 'consumer-for'), [], 'only contents and dependencies may be folders')
})

const typed = (type: string) => ({
  name: 'web',
  files: new Map([
    ['type', text(type)],
    ['notification-fd', text('3\n4\n')],
  ]),
})

const piped = (files: Record<string, string>) => ({
  name: 'log',
  files: new Map(
    Object.entries({ type: 'longrun\n', 'pipeline-name': 'all\n', ...files }).map(
      ([path, content]) => [path, text(content)],
    ),
  ),
})

t.test('of a value the first line counts, and of a type eight bytes', async t => {
  t.equal(valueOf(typed(''), 'notification-fd'), '3')
  t.equal(valueOf(typed(''), 'timeout-up'), undefined)
  t.same(
    ['longrun', 'longrun\n', 'longrun\nx', 'longruns', 'longrun\r\n', 'bundle\n\n'].map(type =>
      typeOf(typed(type)),
    ),
    ['longrun', 'longrun', 'longrun', 'longruns', 'longrun\r', 'bundle\n'],
  )
})

t.test('the name of a pipeline counts at its last consumer', async t => {
  t.equal(pipelineNameOf(piped({ 'consumer-for': 'web\n' })), 'all')
  t.equal(pipelineNameOf(piped({ 'consumer-for': '# none\n' })), undefined)
  t.equal(pipelineNameOf(piped({ 'consumer-for': 'a\n', 'producer-for': 'b\n' })), undefined)
  t.equal(pipelineNameOf(piped({ type: 'oneshot\n', 'consumer-for': 'a\n' })), undefined)
})
