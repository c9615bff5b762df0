import t from 'tap'
import { profileOf, profiles } from '../../src/fake-haproxy/profile.js'
import { capabilitiesOf } from '../../src/replies/capabilities.js'

for (const [release, profile] of Object.entries(profiles)) {
  t.test(`the profile of ${release} agrees with the capabilities of its version`, async t => {
    const { waitCommand, reloadReport, cookieOnAdd } = profile
    t.match(capabilitiesOf(profile.version), {
      release,
      reloadReport,
      cookieOnAdd,
      waitRemovable: waitCommand,
    })
  })
}

t.test('later releases repeat the unknown command', async t => {
  t.notMatch(profiles['2.6'].unknownCommand('frob a'), /frob/)
  t.match(profiles['3.0'].unknownCommand('frob a'), /^Unknown command: 'frob', /)
})

t.test('an unknown release is refused with the list of the known ones', async t => {
  t.equal(profileOf('3.0'), profiles['3.0'])
  for (const version of ['3.4', '2.6.12', '', 'constructor', '__proto__'])
    t.throws(() => profileOf(version), { name: 'TypeError', message: /one of 2\.6, 3\.0, 3\.2$/ })
})
