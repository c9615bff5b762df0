import t from 'tap'
import { renderSource } from '../cases.js'

t.test('helpers compute what a template prints', async t => {
  const values = { a: 1, b: 'x', list: 'p' }
  const expressions: readonly (readonly [string, string])[] = [
    ['eq values.a 1', 'true'],
    ['eq values.a "1"', 'false'],
    ['ne values.b "x"', 'false'],
    ['lt 2 10', 'true'],
    ['lt "2" "10"', 'false'],
    ['gt 10 2', 'true'],
    ['and values.a (eq 1 1)', 'true'],
    ['and values.a pools.[0].sticky', 'false'],
    ['or pools.[0].sticky values.a', 'true'],
    ['not stats', 'true'],
    ['default values.nope "d"', 'd'],
    ['default values.b "d"', 'x'],
    ['join (range 1 3) ","', '1,2,3'],
    ['concat "x" (join (range 3 1) ",")', 'x'],
    ['join (sort (range 9 11)) "-"', '9-10-11'],
    ['join (pluck (sort pools.[0].servers "port") "name") "+"', 's1+s2'],
    ['size pools', '1'],
    ['size values.b', '1'],
    ['concat "a" 1 true', 'a1true'],
    ['startsWith "*.example.org" "*"', 'true'],
    ['startsWith "example.org" "*"', 'false'],
    ['lower "ABC"', 'abc'],
    ['upper values.b', 'X'],
    ['isIPv4 "10.0.0.1"', 'true'],
    ['isIPv6 "::1"', 'true'],
    ['isIPv6 "host"', 'false'],
    ['inCidr "10.1.2.3" "10.0.0.0/8"', 'true'],
    ['inCidr "fd00::1" "10.0.0.0/8"', 'false'],
    ['inCidr "host" "10.0.0.0/8"', 'false'],
    ['lookup "text" "length"', ''],
  ]
  for (const [expression, wanted] of expressions) {
    const source = `description "{{${expression}}}"`
    if (wanted === '') t.throws(() => renderSource(source, values), { code: 'unknown-name' })
    else
      t.equal(
        renderSource(source, values),
        `description "${wanted.replaceAll("'", '')}"\n`,
        expression,
      )
  }
})

t.test('a helper that cannot use its parameter says where and why', async t => {
  const sources: readonly (readonly [string, RegExp])[] = [
    ['range "a" 3', /range cannot use its parameter: expected two whole numbers, got \[ 'a', 3 \]/],
    ['range 1 99999999', /expected at most 10000 numbers/],
    ['join "abc" ","', /join cannot use its parameter: expected a list, got "abc"/],
    ['concat pools "a"', /concat .*expected a text or a number/],
    ['inCidr "10.0.0.1" "10.0.0.0/99"', /expected a network/],
    ['condition stats', /expected a route/],
    ['size 7', /expected a list/],
  ]
  for (const [source, message] of sources) {
    const text = `a\n x {{${source}}}`
    t.throws(
      () => renderSource(text),
      { code: 'unsafe-value', message, place: { line: 2 } },
      source,
    )
  }
})
