import t from 'tap'
import { nearestNames } from '../src/nearest-names.js'

t.test('the nearest names come first, and far ones not at all', async t => {
  t.strictSame(nearestNames('verfiy', ['verify', 'verifyhost', 'very']), ['verify', 'very'])
  t.strictSame(nearestNames('maxcon', ['maxconns', 'maxconn', 'fall']), ['maxconn', 'maxconns'])
  t.strictSame(nearestNames('SNI', ['sni']), ['sni'])
  t.strictSame(nearestNames('ab', ['ac', 'ab']), ['ab'])
  t.strictSame(nearestNames('', ['a']), [])
})
