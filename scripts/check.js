// npm run check: every check, also after one has failed; exit code 1 where one did.
import { runChecks } from './checks.js'
import { setUp } from './setup.js'

setUp()

const { failed } = await runChecks()
if (failed.length > 0) {
  console.error(`error: failed: ${failed.map(({ title }) => title).join(', ')}`)
  process.exitCode = 1
}
