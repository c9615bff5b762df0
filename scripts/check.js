// npm run check: every check, also after one has failed; exit code 1 where one did.
import { checks, passes } from './checks.js'
import { setUp } from './setup.js'

setUp()

const failed = checks().filter(check => !passes(check))
if (failed.length > 0) {
  console.error(`error: failed: ${failed.map(({ title }) => title).join(', ')}`)
  process.exitCode = 1
}
