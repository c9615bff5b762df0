import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { text as readAll } from 'node:stream/consumers'
import { haproxyPlace, haproxyReleases, missingProgram, startHaproxy, until } from 'real-components'
import t from 'tap'
import { buildModel } from '../../src/pools/build-model.js'
import { defaultTemplate } from '../../src/template/default-template.js'

const host = '127.0.0.1'

for (const { version, program } of haproxyReleases()) {
  t.test(
    `HAProxy ${version} checks a server that joins a pool with rare checks at once`,
    { skip: missingProgram('haproxy') },
    async t => {
      let checks = 0
      const server = createServer(socket => {
        checks++
        socket.on('error', () => {}).end('HTTP/1.0 200 OK\r\n\r\n')
      }).listen(0, host)
      t.teardown(() => server.close())
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const place = haproxyPlace(t)
      const { model } = buildModel(
        Array.from({ length: 130 }, (_, i) => ({
          name: `s${i}`,
          address: `127.0.1.${i}`,
          tags: {},
        })),
        {
          runtimeSocket: place.runtimeSocket,
          frontends: [],
          pools: [{ name: 'app', port, maxChecksPerSecond: 1 }],
        },
      )
      const { pools, text } = defaultTemplate.render(model)
      const options = pools[0]?.servers[0]?.options ?? ''
      t.match(options, 'inter 256000ms fastinter 200ms downinter 256000ms')
      await startHaproxy(t, place, text, program)
      const ask = (commands: string) => {
        const connection = connect(place.runtimeSocket)
        connection.end(`${commands}\n`)
        return readAll(connection)
      }
      await until('the first checks of the pool', async () =>
        (await ask('show stat')).split('\n').every(line => !/^app,s\d+,.*,UP,/.test(line)),
      )
      await ask(
        `add server app/new ${host}:${port} ${options}; enable health app/new; set server app/new state ready`,
      )
      await until('the first check of the new server', () => checks > 0)
      t.pass('long before an interval is over')
    },
  )
}
