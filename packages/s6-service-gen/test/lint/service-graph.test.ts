import t from 'tap'
import { serviceGraph } from '../../src/lint/service-graph.js'
import { serviceFolders } from '../../src/tree/service-folders.js'
import { byHand } from '../source-by-hand.js'

t.test('the graph has the edges that s6-rc adds', async t => {
  const tree = byHand({
    'a/type': 'longrun\n',
    'a/producer-for': 'b\n',
    'a/dependencies': 'once\n',
    'b/type': 'longrun\n',
    'b/consumer-for': 'a\n',
    'b/producer-for': 'c\n',
    'b/pipeline-name': 'ignored\n',
    'c/type': 'longrun\n',
    'c/consumer-for': 'b\n',
    'c/pipeline-name': 'all\n',
    'once/type': 'oneshot\n',
    'once/contents': 'c\n',
    'once/producer-for': 'c\n',
    'some/type': 'bundle\n',
    'some/contents': 'once\n',
    'some/dependencies': 'a\n',
  })
  t.same(Object.fromEntries(serviceGraph(serviceFolders(tree, 's6-rc'))), {
    a: ['once', 'b'],
    b: ['c'],
    c: [],
    once: [],
    some: ['once'],
    all: ['c', 'b', 'a'],
  })
})
