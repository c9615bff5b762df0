import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, haproxyReleases, missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { lintFiles } from '../../src/lint/lint-files.js'
import { clean } from '../lint/clean-configuration.js'

const skip = missingProgram('haproxy')
const releases = skip ? [] : haproxyReleases()

for (const { version, program } of releases) {
  t.test(`HAProxy ${version} rejects exactly the files with an error of their own`, async t => {
    const folder = temporaryFolder(t)
    const base = clean.replace('*:80', `127.0.0.1:${await freePort('127.0.0.1')}`)
    const seconds = [
      'backend more\n  server s1 10.0.0.1:80 check\n',
      'backend more\n  server s1 10.0.0.1:80 check',
      '  server s2 10.0.0.2:80 check\n',
      'text\nbackend more\n',
      '# a comment\n\n',
      '# a comment',
      '.notice "hello"\n',
      '',
    ]
    for (const second of seconds) {
      const sources = [base, second].map((text, i) => {
        const file = join(folder, `${i}.cfg`)
        writeFileSync(file, text)
        return { file, text }
      })
      const { status, stderr } = spawnSync(
        program,
        ['-c', ...sources.flatMap(({ file }) => ['-f', file])],
        { encoding: 'utf8' },
      )
      const errors = lintFiles(sources).filter(({ level }) => level === 'error')
      t.equal(status === 0, errors.length === 0, `${JSON.stringify(second)}\n${stderr}`)
      for (const { file, line } of errors) t.match(stderr, `[${file}:${line}]`)
    }
  })
}
