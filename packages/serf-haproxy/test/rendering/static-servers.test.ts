import t from 'tap'
import { staticServerTest } from '../../src/rendering/static-servers.js'

t.test('the servers of backends and listens are those of the text', async t => {
  const isStatic = staticServerTest(`backend web
  server sorry 10.0.0.9:80 backup
  "server" 'quoted' 10.0.0.8:80
  # server comment 10.0.0.7:80
  default-server inter 1s
listen api
  server-template a 2 10.0.0.6:80
  server-template b 3-4 10.0.0.5:80
ring logs
  server log 10.0.0.4:514
`)
  const names = ['web/sorry', 'web/quoted', 'api/a1', 'api/a2', 'api/b3', 'api/b4']
  const others = ['web/comment', 'api/sorry', 'api/a3', 'api/b1', 'logs/log', 'web/m1']
  const test = (id: string) => {
    const [pool = '', name = ''] = id.split('/')
    return isStatic({ pool, name })
  }
  t.same(names.filter(test), names)
  t.same(others.filter(test), [])
})
