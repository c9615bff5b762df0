import t from 'tap'
import { chainLoaders } from '../../src/lint/chain-loaders.js'

t.test('a row tells what a program takes before what it runs', async t => {
  t.strictSame(chainLoaders.get('backtick'), {
    options: 'iIxnND:Ee',
    words: 1,
    blocks: 1,
    runsBlocks: true,
    needsRest: false,
    substitutes: 'E',
  })
  t.match(chainLoaders.get('cd'), { options: '', words: 1, blocks: 0, needsRest: true })
  t.match(chainLoaders.get('execline-cd'), chainLoaders.get('cd') ?? {})
  t.match(chainLoaders.get('importas'), { substitutes: true, needsRest: false })
  t.match(chainLoaders.get('trap'), { blocks: 1, runsBlocks: false })
  t.equal(chainLoaders.get('mkdir'), undefined)
})
