import t from 'tap'
import { byName } from '../../src/state/by-name.js'

t.test('names are in the order of their code units, as strings compare', async t => {
  const names = ['b', 'b10', 'B', 'é', 'b2', '']
  t.strictSame(
    names.map(name => ({ name })).toSorted(byName),
    ['', 'B', 'b', 'b10', 'b2', 'é'].map(name => ({ name })),
  )
  t.equal(byName({ name: 'a' }, { name: 'a' }), 0)
})
