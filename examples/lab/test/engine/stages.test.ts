import { existsSync } from 'node:fs'
import t from 'tap'
import * as stages from '../../src/engine/stages.js'

const addressOf = (node: string) => `address of ${node}`

t.test('every stage names files that exist, and has a name of its own', async t => {
  const all = Object.values(stages)
  t.equal(new Set(all.map(({ name }) => name)).size, all.length)
  for (const { name, descriptions, files } of all) {
    for (const role of ['ha', 'webapp'] as const) {
      t.ok(existsSync(descriptions[role]), `${name}: ${descriptions[role]}`)
      for (const file of Object.values(files[role])) t.ok(existsSync(file), `${name}: ${file}`)
    }
  }
})

t.test('event handlers are for the load balancer only', async t => {
  t.same(stages.generatedStage.serf({ node: 's1', addressOf }), {})
  t.same(stages.oneLineStage.serf({ node: 'ha', addressOf }), {
    event_handlers: ['member-join=exec "$NODE_DIR/one-line.sh"'],
  })
})

t.test('one stage joins through the load balancer and nothing else', async t => {
  t.match(stages.throughBalancerStage.serf({ node: 's1', addressOf }), {
    retry_join: undefined,
    start_join: ['address of ha'],
  })
})
