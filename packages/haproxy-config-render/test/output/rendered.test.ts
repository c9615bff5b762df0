import t from 'tap'
import { layoutOf, mark } from '../../src/output/assemble-output.js'
import { lazyRendered } from '../../src/output/rendered.js'
import { smallModel } from '../cases.js'

const [app] = smallModel.pools
if (!app) throw new Error('expected a pool')
const place = { file: 'a.hbs', line: 2, column: 3 }
const marked = { places: [], members: [], blocks: [{ pool: app, place }] }
const layout = layoutOf(`backend app\n  ${mark('block', 0)}\n`, marked, 'a.hbs')

t.test('text and lines are made once, when they are read', async t => {
  let reads = 0
  const pool = {
    ...app,
    get servers() {
      reads++
      return app.servers
    },
  }
  const rest = { pools: [], unprintedPools: [], quarantined: [], frame: {} }
  const rendered = lazyRendered({ layout, pools: [pool], earlier: new Map() }, rest)
  t.equal(reads, 0)
  const { text, lines, sourceMap } = rendered
  const after = reads
  t.match(text, /^backend app\n {2}server s1 10\.0\.0\.1:80 .*\n {2}server s2 .*\n$/)
  t.strictSame(
    lines.map(({ line, server }) => `${line} ${server}`),
    ['2 s1', '3 s2'],
  )
  t.equal(sourceMap.length, 3)
  t.strictSame({ ...rendered }, { ...rest, text, lines, sourceMap })
  t.equal(reads, after)
})
