import t from 'tap'
import { canonicalAddress } from '../src/index.js'

const cases: readonly (readonly [given: string, canonical: string | undefined])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8::12', '2001:db8::12'],
  ['2001:db8:0:0:0:0:0:12', '2001:db8::12'],
  ['2001:0db8::0012', '2001:db8::12'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::FFFF:7f00:3e0c', '::ffff:127.0.62.12'],
  ['0:0:0:0:0:ffff:127.0.62.12', '::ffff:127.0.62.12'],
  ['127.0.0.01', undefined],
  ['0x7f.0.0.1', undefined],
  ['127.1', undefined],
  ['fe80::1%eth0', undefined],
  ['[::1]', undefined],
  [' ::1', undefined],
  ['localhost', undefined],
  ['', undefined],
]

for (const [given, canonical] of cases) {
  t.test(`${given || 'an empty text'} is ${canonical ?? 'no address'}`, async t => {
    t.equal(canonicalAddress(given), canonical)
    if (canonical !== undefined) t.equal(canonicalAddress(canonical), canonical)
  })
}
