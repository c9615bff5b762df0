import * as fc from 'fast-check'
import t from 'tap'
import { textSplices, withoutSplices, withSplices } from '../../src/generations/text-change.js'

function leadsBothWays(before: string, after: string): boolean {
  const splices = textSplices(before, after)
  return withSplices(before, splices) === after && withoutSplices(after, splices) === before
}

t.test('the changes lead from one text to the other, and back', async () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\ud83d', '\ude00') })
  fc.assert(fc.property(short, short, leadsBothWays), { numRuns: 500 })
})

t.test('the changes of long texts lead both ways too', async () => {
  const line = fc.integer({ min: 0, max: 400 }).map(i => `  server s${i} ${'x'.repeat(i % 50)}`)
  const lines = fc.array(line, { minLength: 100, maxLength: 400 })
  const end = fc.constantFrom('', '\n')
  fc.assert(
    fc.property(lines, fc.array(fc.nat(399)), fc.array(line), end, (before, drop, add, last) => {
      const after = [...before.filter((_, i) => !drop.includes(i)), ...add]
      return leadsBothWays(before.join('\n') + last, after.join('\n') + last)
    }),
    { numRuns: 200 },
  )
})

t.test('two servers of thousands are two short places', async t => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `  server s${i} 10.0.0.1:${i} weight 10\n`)
  const changed = lines.with(7, '').with(9000, `  server s9000 10.0.0.1:1 weight 20\n`)
  const splices = textSplices(lines.join(''), changed.join(''))
  t.equal(splices.length, 2)
  t.ok(JSON.stringify(splices).length < 500)
  t.strictSame(textSplices('a', 'a'), [])
})
