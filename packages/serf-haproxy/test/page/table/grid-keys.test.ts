import * as fc from 'fast-check'
import t from 'tap'
import { placeAfter } from '../../../src/page/table/grid-keys.js'

const size = { rows: 100, columns: 5, page: 10 }
const after = (row: number, column: number, key: string, ctrlKey = false) => {
  const place = placeAfter({ row, column }, { key, ctrlKey }, size)
  return place && [place.row, place.column]
}

t.test('arrow keys move by one cell, up to the header', async t => {
  t.same(after(3, 2, 'ArrowUp'), [2, 2])
  t.same(after(0, 2, 'ArrowUp'), [-1, 2])
  t.same(after(-1, 2, 'ArrowDown'), [0, 2])
  t.same(after(3, 0, 'ArrowLeft'), [3, 0])
  t.same(after(3, 4, 'ArrowRight'), [3, 4])
})

t.test('other keys move by a page, to the ends of the row, and with Ctrl of the table', async t => {
  t.same(after(3, 2, 'PageDown'), [13, 2])
  t.same(after(95, 2, 'PageDown'), [99, 2])
  t.same(after(3, 2, 'PageUp'), [0, 2])
  t.same(after(3, 2, 'Home'), [3, 0])
  t.same(after(3, 2, 'End'), [3, 4])
  t.same(after(3, 2, 'Home', true), [0, 0])
  t.same(after(3, 2, 'End', true), [99, 4])
  t.equal(after(3, 2, 'a'), undefined)
})

t.test('no key leads out of the table', async t => {
  const keys = fc.constantFrom(
    'ArrowUp',
    'ArrowDown',
    'ArrowLeft',
    'ArrowRight',
    'PageUp',
    'PageDown',
    'Home',
    'End',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean())), fc.nat(30), (pressed, rows) => {
      let place = { row: 0, column: 0 }
      for (const [key, ctrlKey] of pressed) {
        place = placeAfter(place, { key, ctrlKey }, { ...size, rows }) ?? place
        t.ok(place.row >= -1 && (place.row < rows || place.row === 0))
        t.ok(place.column >= 0 && place.column < 5)
      }
    }),
  )
})
