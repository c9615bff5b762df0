import t from 'tap'
import { fittedWidths } from '../src/fitted-widths.js'

t.test('columns that fit stay as they are', async t => {
  t.same(fittedWidths([5, 10, 20], { width: 39, gap: 2 }), [5, 10, 20])
})

t.test('the last column gets narrower first', async t => {
  t.same(fittedWidths([5, 10, 90], { width: 60, gap: 2 }), [5, 10, 41])
})

t.test('then the widest of the others get narrower, down to a few characters', async t => {
  t.same(fittedWidths([5, 60, 90], { width: 60, gap: 2 }), [5, 27, 24])
  t.same(fittedWidths([20, 20, 90], { width: 10, gap: 2 }), [4, 4, 24])
})

t.test('a short last column keeps its width', async t => {
  t.same(fittedWidths([60, 3], { width: 40, gap: 2 }), [35, 3])
})

t.test('a single column has the whole width', async t => {
  t.same(fittedWidths([90], { width: 40, gap: 2 }), [40])
})
