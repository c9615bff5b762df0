import t from 'tap'
import { pointsOf } from '../../../src/page/tiles/sparkline.js'

const parse = (points: string) => points.split(' ').map(point => point.split(',').map(Number))

t.test('no rates have no points', async t => {
  t.equal(pointsOf([]), '')
})

t.test('the newest rate is at the right edge', async t => {
  t.same(
    parse(pointsOf([5, 5])).map(([x]) => x),
    [118, 120],
  )
})

t.test('the highest rate is at the top, and zero at the bottom', async t => {
  t.same(
    parse(pointsOf([0, 50, 100])).map(([, y]) => y),
    [26, 14, 2],
  )
})

t.test('rates below one do not fill the height', async t => {
  t.same(parse(pointsOf([0.5])), [[120, 14]])
})

t.test('60 rates fill the width', async t => {
  t.equal(parse(pointsOf(Array.from({ length: 60 }, () => 1)))[0]?.[0], 0)
})
