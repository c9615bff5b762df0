import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read, repository } from './packages.js'

const longestExample = 40

/** The expected output of each example. */
const outputs: Readonly<Record<string, RegExp>> = {
  'watch-members': /^ha joined from \S+\ns1 joined from 10\.0\.0\.11\ns1 failed\n$/,
  'render-config':
    /^backend app\n(?: {2}.*\n)* {2}server s1 10\.0\.0\.11:8080 .*\n {2}server s2 10\.0\.0\.12:8080 .*\n\n# left out: "s3\\n {2}server evil 10\.6\.6\.6:80": /m,
  'reload-haproxy': /^applied via runtime\napplied via reload\ns2 is ready\n$/,
}

t.test('each example that is one file has its expected output here', async t => {
  const folders = readdirSync(join(repository, 'examples'))
  const small = folders.filter(name => !name.startsWith('lab'))
  t.same(small.toSorted(), Object.keys(outputs).toSorted())
})

for (const [name, output] of Object.entries(outputs)) {
  t.test(`the example ${name} fits on one screen`, async t => {
    const lines = read(repository, 'examples', name, 'index.ts').trimEnd().split('\n').length
    t.ok(lines <= longestExample, `${lines} lines, at most ${longestExample}`)
  })

  t.test(`the example ${name} prints what it promises`, async t => {
    const program = join(repository, 'examples', name, 'dist', 'index.js')
    const printed = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 30_000 })
    t.match(printed, output)
  })
}
