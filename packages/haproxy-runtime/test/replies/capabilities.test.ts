import t from 'tap'
import { capabilitiesOf } from '../../src/replies/capabilities.js'

t.test('2.6 has none of the later features', async t => {
  t.strictSame(capabilitiesOf('2.6.12-1+deb12u4'), {
    release: '2.6',
    reloadReport: false,
    cookieOnAdd: false,
    waitRemovable: false,
  })
})

t.test('2.8 reports its reloads', async t => {
  t.match(capabilitiesOf('2.8.3'), { release: '2.8', reloadReport: true, cookieOnAdd: false })
})

t.test('3.0 and later have all features, also with a two-digit minor number', async t => {
  for (const version of ['3.0.11', '3.2-dev3', '3.10.0', '10.0.1'])
    t.match(capabilitiesOf(version), { reloadReport: true, cookieOnAdd: true, waitRemovable: true })
})

t.test('2.10 is later than 2.7', async t => {
  t.match(capabilitiesOf('2.10.1'), { release: '2.10', reloadReport: true, waitRemovable: false })
})

t.test('an unknown version has no features', async t => {
  t.match(capabilitiesOf(''), { release: '0.0', reloadReport: false, waitRemovable: false })
})
