import * as fc from 'fast-check'
import t from 'tap'
import { displayedJson } from '../src/displayed-json.js'

t.test('what a terminal could interpret is escaped', async t => {
  t.equal(displayedJson({ name: 'a\u202eb' }), '{"name":"a\\u202eb"}')
  t.equal(displayedJson({ name: '\u009b31m\u2028' }), '{"name":"\\u009b31m\\u2028"}')
  t.equal(displayedJson({ name: '\u{e0001}é' }), '{"name":"\\udb40\\udc01é"}')
})

t.test('a reader of JSON gets the same value', async t => {
  const property = fc.property(fc.string({ unit: 'binary' }), text => {
    const json = displayedJson({ [text]: text })
    t.strictSame(JSON.parse(json), { [text]: text })
    return !/[\p{C}\u2028\u2029]/u.test(json)
  })
  fc.assert(property, { numRuns: 200 })
})
