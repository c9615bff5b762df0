import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { serverLine } from '../../src/output/server-line.js'
import { ServerText } from '../../src/output/server-text.js'
import type { Server } from '../../src/model/server.js'

const server = (name: string, weight = 100): Server => ({
  name,
  address: '10.0.0.1',
  port: 80,
  weight,
  backup: false,
  slowStartMs: 0,
  options: '',
  tags: {},
})

const plainText = (servers: readonly Server[], options: string) =>
  servers.map(each => `  ${serverLine(each, options)}\n`).join('')

const names = Array.from({ length: 40 }, (_, i) => `web-${i}`)

t.test('in any history the text is that of the lines, whatever was written before', async t => {
  const change = fc.record({
    left: fc.subarray(names),
    joined: fc.subarray(names),
    weight: fc.constantFrom(0, 100),
    options: fc.constantFrom('check', 'check inter 2s'),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), steps => {
      const text = new ServerText()
      let servers = new Map<string, Server>()
      for (const { left, joined, weight, options } of steps) {
        servers = new Map([...servers].filter(([name]) => !left.includes(name)))
        for (const name of joined) servers.set(name, server(name, weight))
        const list = [...servers.values()]
        assert.equal(text.of(list, '  ', options), plainText(list, options))
      }
    }),
  )
  t.pass('the same text')
})

t.test('one server of ten thousand writes few lines again', async t => {
  const text = new ServerText()
  let read = 0
  const all = Array.from({ length: 10_000 }, (_, i) => {
    const each = server(`s${String(i).padStart(6, '0')}`)
    // Only a line that is written reads the weight.
    return Object.defineProperty({ ...each }, 'weight', { get: () => (read++, 100) })
  })
  text.of(all, '  ', 'check')
  t.equal(read, 10_000)
  read = 0
  const joined = [...all.slice(0, 5000), server('s004999-b'), ...all.slice(5000)]
  t.equal(text.of(joined, '  ', 'check').split('\n').length - 1, 10_001)
  t.ok(read <= 256, `${read} lines`)
  read = 0
  text.of(all, '  ', 'check')
  t.ok(read <= 256, `${read} lines`)
})
