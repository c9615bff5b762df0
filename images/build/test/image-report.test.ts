import t from 'tap'
import { bytesOf, factsOf } from '../src/image-report.js'

t.test('what images share is counted by their layers', async t => {
  const facts = factsOf([image(200, 'a', 'b'), image(230, 'a', 'b', 'c'), image(10, 'z')])
  t.match(facts[1], { image: 'ha', bytes: 230, layers: 3, sharedLayers: 2, sharedBytes: 200 })
  t.match(facts[2], { image: 'webapp', sharedLayers: 0, sharedBytes: 0 })
  t.equal(bytesOf('369 MB'), 369_000_000)
})

function image(Size: number, ...Layers: string[]) {
  return { Id: 'sha256:0', Size, RootFS: { Layers } }
}
