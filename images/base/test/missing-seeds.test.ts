import t from 'tap'
import { missingSeeds } from '../src/missing-seeds.js'

t.test('a seed is missing unless it is a known member or the node itself', async t => {
  const members = [
    { address: '10.0.0.1', status: 'alive' },
    { address: '10.0.0.2', status: 'failed' },
    { address: '10.0.0.3', status: 'left' },
    { address: '10.0.0.4', status: 'leaving' },
  ] as const
  const all = ['10.0.0.9', '10.0.0.5', '10.0.0.4', '10.0.0.3', '10.0.0.2', '10.0.0.1', '10.0.0.5']
  t.same(missingSeeds(all, ['10.0.0.9'], members), ['10.0.0.2', '10.0.0.5'])
  t.same(missingSeeds(['10.0.0.9'], ['10.0.0.9'], []), [], 'a node that joins itself stays alone')
})
