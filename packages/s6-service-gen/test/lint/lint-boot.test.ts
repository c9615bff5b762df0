import t from 'tap'
import { lintBoot, overlayServices } from '../../src/lint/lint-boot.js'
import { serviceGraph } from '../../src/lint/service-graph.js'
import { serviceFolders } from '../../src/tree/service-folders.js'
import { byHand } from '../source-by-hand.js'

function boot(files: Record<string, string>) {
  const tree = byHand(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`s6-rc.d/${path}`, text])),
  )
  const services = serviceFolders(tree, 's6-overlay')
  const graph = serviceGraph(services)
  const names = new Set([...graph.keys(), ...overlayServices])
  return lintBoot(tree, { services, graph, names }).map(({ rule, service }) => `${service} ${rule}`)
}

const web = { 'web/type': 'longrun\n', 'web/dependencies.d/base': '' }

t.test('a service is started by either bundle, and by what is started', async t => {
  t.same(boot(web), ['web unstarted'])
  t.same(boot({ ...web, 'user/contents.d/web': '' }), [])
  t.same(boot({ ...web, 'user2/contents.d/web': '' }), [])
  const all = { 'all/type': 'bundle\n', 'all/contents': 'web\n', 'user2/contents.d/all': '' }
  t.same(boot({ ...web, ...all }), [])
})

t.test('a producer is started with its consumer', async t => {
  const pipeline = {
    ...web,
    'web/producer-for': 'log\n',
    'log/type': 'longrun\n',
    'log/consumer-for': 'web\n',
    'log/dependencies.d/base': '',
  }
  t.same(boot({ ...pipeline, 'user/contents.d/log': '' }), [])
})

t.test('a service waits for s6-overlay through whatever it depends on', async t => {
  const started = { 'web/type': 'longrun\n', 'user/contents.d/web': '' }
  t.same(boot(started), ['web unordered'])
  t.same(boot({ ...started, 'web/dependencies.d/legacy-services': '' }), [])
  t.same(boot({ ...started, 'web/dependencies.d/user': '' }), ['web unordered'])
})

t.test('a bundle that names what is not there is fatal to s6-overlay', async t => {
  t.same(boot({ 'user2/contents.d/x': '' }), ['user2 unknown-service'])
  t.same(boot({ 'user2/contents.d/.x': '' }), [])
})
