import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { defaultTemplate } from '../../src/template/default-template.js'
import { parseModel } from '../../src/model/parse-model.js'
import { serverChecks } from '../../src/model/pool-options.js'
import { smallModel } from '../cases.js'

t.test('server lines stand one below the other', async t => {
  const { text } = compileTemplate('    {{servers (lookup pools 0)}}').render(smallModel)
  t.equal(
    text,
    `    server s1 10.0.0.1:80 weight 100 ${serverChecks}\n` +
      `    server s2 10.0.0.2:80 weight 100 ${serverChecks}\n`,
  )
  t.equal(
    compileTemplate('a\n{{#each pools}}\n  {{servers this}}\n{{/each}}\nb\n').render(
      parseModel({ ...smallModel, frontends: [], pools: [{ name: 'none', servers: [] }] }),
    ).text,
    'a\nb\n',
    'an empty pool leaves no line behind',
  )
})

t.test('what is rendered carries what HAProxy needs to add a server at run time', async t => {
  const [pool] = smallModel.pools
  const servers = [
    ...(pool?.servers ?? []),
    { name: 's3', address: 'fd00::3', port: 80, weight: 1, backup: true, slowStartMs: 500 },
  ]
  const model = parseModel({ ...smallModel, pools: [{ ...pool, servers }] })
  const { pools, text } = defaultTemplate.render(model)
  const options = `${serverChecks} slowstart 500ms backup`
  t.strictSame(pools, [
    {
      name: 'app',
      servers: [
        { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: serverChecks },
        { name: 's2', address: '10.0.0.2', port: 80, weight: 100, options: serverChecks },
        { name: 's3', address: 'fd00::3', port: 80, weight: 1, options },
      ],
    },
  ])
  t.match(text, `server s3 [fd00::3]:80 weight 1 ${options}\n`)
})

t.test('the words of a pool are on each of its server lines, and in the data', async t => {
  const [pool] = smallModel.pools
  const own = { ...pool, serverOptions: 'ssl verify none inter 2s' }
  const { pools, text } = defaultTemplate.render(parseModel({ ...smallModel, pools: [own] }))
  const options = `${serverChecks.replace('inter 500ms', 'inter 2s')} ssl verify none`
  t.match(text, `server s2 10.0.0.2:80 weight 100 ${options}\n`)
  t.match(pools, [{ servers: [{ options }, { options }] }])
})
