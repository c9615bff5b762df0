import { writeFileSync } from 'node:fs'
import { haproxyPlace } from 'real-components'
import t from 'tap'
import { startFakeHaproxy } from '../src/fake-haproxy/index.js'
import { createRuntimeClient } from '../src/runtime.js'
import { createStatistics } from '../src/statistics.js'

const header = '# pxname,svname,status,iid,type\n'

t.test('a pool is found though a frontend has its name', async t => {
  const place = haproxyPlace(t)
  writeFileSync(
    place.configFile,
    'frontend web\n  default_backend web\nbackend web\n  server s1 10.0.0.1:80\n',
  )
  const fake = await startFakeHaproxy(place)
  t.teardown(() => fake.close())
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  t.match(await runtime.statistics({ pools: ['web'] }), [{ pool: 'web', name: 's1' }])
  t.match(await runtime.statistics(), [{ pool: 'web', name: 's1' }])
  t.strictSame(await runtime.statistics({ pools: [] }), [])
  await t.rejects(runtime.statistics({ pools: ['web', 'ghosts'] }), {
    name: 'HaproxyError',
    code: 'refused',
    message: /no backend ghosts/,
  })
})

t.test('many pools are read in one command, and unknown ones are refused', async t => {
  const asked: string[] = []
  const pools = Array.from({ length: 20 }, (_, i) => `p${i}`)
  const rows = ['other', ...pools].map(pool => `${pool},s1,UP,3,2\n${pool},BACKEND,UP,3,1\n`)
  const statistics = createStatistics(async commands => {
    asked.push(...commands)
    return [`${header}${rows.join('')}`]
  })
  t.strictSame(
    (await statistics({ pools })).map(({ pool }) => pool),
    pools,
  )
  t.strictSame(asked, ['show stat -1/ 6 -1'])
  await t.rejects(statistics({ pools: [...pools, 'ghosts'] }), { code: 'refused' })
})

t.test('a reload between the two reads makes the ids be read again', async t => {
  const asked: string[] = []
  const statistics = createStatistics(async ([command = '']) => {
    asked.push(command)
    if (command.startsWith('show stat -1/'))
      return [`${header}nodes,BACKEND,UP,${asked.length === 1 ? 3 : 4},1\n`]
    if (command.startsWith('show stat #3')) return [`${header}other,BACKEND,UP,3,1\n`]
    return [`${header}nodes,s1,UP,4,2\nnodes,BACKEND,UP,4,1\n`]
  })
  t.match(await statistics({ pools: ['nodes'] }), [{ pool: 'nodes', name: 's1' }])
  t.equal(asked.length, 4)
})

t.test('ids that change during each read are a protocol error', async t => {
  const statistics = createStatistics(async ([command = '']) =>
    command.startsWith('show stat -1/')
      ? [`${header}nodes,BACKEND,UP,3,1\n`]
      : ['No such proxy.\n'],
  )
  await t.rejects(statistics({ pools: ['nodes'] }), { name: 'HaproxyError', code: 'protocol' })
})
