import t from 'tap'
import { buildModel } from '../../src/pools/build-model.js'
import { compileTemplate } from '../../src/template/compile-template.js'

const list = (source: string) => compileTemplate(source, { name: 'names.map', format: 'list' })
const policy = {
  runtimeSocket: '/run/x.sock',
  frontends: [],
  pools: [{ name: 'app', port: 80 }],
}
const members = Array.from({ length: 200 }, (_, i) => ({
  name: `s${String(i).padStart(3, '0')}${'x'.repeat(60)}`,
  address: `10.0.1.${i + 1}`,
  tags: {},
}))
const { model } = buildModel(members, policy)

t.test('a line that HAProxy would read as two entries is refused, with its place', async t => {
  t.throws(() => list(`a b\nkey ${'x'.repeat(4000)}\n`).render(model), {
    code: 'unsafe-value',
    message:
      'names.map:2:1: A line of the list is too long for HAProxy: expected at most 4000, got 4004 bytes',
  })
  t.equal(list(`key ${'x'.repeat(3996)}\n`).render(model).text.length, 4001)
})

t.test('members that make a line too long together are left out of it', async t => {
  const { text, quarantined } = list('all {{join (pluck pools.[0].servers "name") ","}}\n').render(
    model,
  )
  t.ok(Buffer.byteLength(text) <= 4001)
  t.ok(quarantined.length > 0 && quarantined.length < 200, `${quarantined.length} left out`)
  t.match(quarantined[0]?.reason, /too long for HAProxy/)
})
