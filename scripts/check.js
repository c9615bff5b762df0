// npm run check: everything about the repository that is no test of behaviour.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repository, run, setUp } from './setup.js'

setUp()

const bin = (...path) => join(repository, 'node_modules', ...path)

run([bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'])
run([bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'])
// What no other file imports need not be exported.
run([bin('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints'])
run([bin('typedoc', 'bin', 'typedoc'), '--emit', 'none'])
for (const name of readdirSync(join(repository, 'packages'))) {
  run([bin('publint', 'src', 'cli.js'), '--strict', join(repository, 'packages', name)])
}
