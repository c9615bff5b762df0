import t from 'tap'
import { marker, value } from '../../src/file-tree.js'
import {
  layoutOf,
  namesIn,
  serviceFolders,
  userBundleOf,
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
    ['user-bundles.d/user/contents.d/db', marker],
    ['elsewhere/x', marker],
  ])
  t.same(
    serviceFolders(tree, 's6-overlay').map(({ name }) => name),
    ['web'],
  )
  t.same(userBundleOf(tree).toSorted(), ['db', 'web'])
})

t.test('a list is a folder of names or a file of lines, with comments', async t => {
  const service = {
    name: 'web',
    files: new Map([
      ['dependencies.d/db', marker],
      ['dependencies.d/', marker],
      ['dependencies', { content: '# old\n  cache\n\n', mode: 0o644 }],
      ['timeout-kill', value(3000)],
    ]),
  }
  t.same(namesIn(service, 'dependencies'), ['db', 'cache'])
  t.same(namesIn(service, 'contents'), [])
  t.equal(valueOf(service, 'timeout-kill'), '3000')
  t.equal(valueOf(service, 'timeout-up'), undefined)
})
