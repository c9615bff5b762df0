import t from 'tap'
import { isSameConfiguration } from '../../src/generations/same-configuration.js'
import { desire, server } from '../fake-haproxy-setup.js'

t.test('without a frame the texts decide', async t => {
  t.ok(isSameConfiguration(desire([server('a')]), desire([server('a')])))
  t.notOk(isSameConfiguration(desire([server('a')]), desire([server('b')])))
})

t.test('with one frame no text is read', async t => {
  const frame = {}
  const state = (name: string) => ({
    pools: [{ name: 'nodes', servers: [server(name)] }],
    frame,
    get text(): string {
      throw new Error('the text was read')
    },
  })
  t.ok(isSameConfiguration(state('a'), state('a')))
  t.notOk(isSameConfiguration(state('a'), state('b')))
})
