import t from 'tap'
import { decodeCoordinate } from '../../src/records/coordinate.js'
import { received } from '../wire-objects.js'

const Coord = { Vec: [0.5, -1], Error: 1.5, Adjustment: 0, Height: 1e-5 }

t.test('a coordinate is decoded with all its values', async t => {
  t.same(decodeCoordinate(received({ Coord, Ok: true })), {
    vector: [0.5, -1],
    error: 1.5,
    adjustment: 0,
    height: 1e-5,
  })
})

t.test('a member without a coordinate is undefined', async t => {
  t.equal(decodeCoordinate(received({ Coord: null, Ok: false })), undefined)
  t.equal(decodeCoordinate(received({})), undefined)
})

t.test('an invalid coordinate is a protocol error that names the field', async t => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [7, /expected a map in a coordinate reply, got 7/],
    [{ Ok: true, Coord: 'here' }, /expected a map in Coord, got 'here'/],
    [{ Ok: true, Coord: { ...Coord, Vec: ['x'] } }, /expected a number in Vec, got 'x'/],
    [{ Ok: true, Coord: { ...Coord, Height: null } }, /expected a number in Height, got null/],
  ]
  for (const [reply, message] of cases) {
    t.throws(() => decodeCoordinate(received(reply)), { code: 'protocol', message })
  }
})
