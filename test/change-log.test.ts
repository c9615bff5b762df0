import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { packages, read, repository } from './packages.js'

/** Exports of `scripts/release/change-log.js`. */
interface ChangeLogs {
  readonly releasedChangeLog: (text: string, release: object) => string
  readonly entriesOf: (text: string, version: string) => string
}

const script = pathToFileURL(join(repository, 'scripts/release/change-log.js')).href
const { releasedChangeLog, entriesOf } = (await import(script)) as ChangeLogs

const older = '## 0.1.0 - 2026-01-02\n\n- Old.\n'
const released = (sections: string, version = '0.2.0') =>
  releasedChangeLog(`# Change log\n\n${sections}`, { version, date: '2026-03-04' })

t.test('the unreleased entries become the section of the version', async t => {
  t.equal(
    released(`## Unreleased\n\n- New.\n\n${older}`),
    `# Change log\n\n## 0.2.0 - 2026-03-04\n\n- New.\n\n${older}`,
  )
})

t.test('the first release joins unreleased entries with those of its version', async t => {
  t.equal(
    released('## Unreleased\n\n- New.\n\n## 0.1.0\n\n- Old.\n', '0.1.0'),
    '# Change log\n\n## 0.1.0 - 2026-03-04\n\n- New.\n- Old.\n',
  )
})

t.test('a version without entries says that it has none', async t => {
  const text = released(older)
  t.match(entriesOf(text, '0.2.0'), /^- No change of its own\./)
  t.equal(entriesOf(text, '0.1.0'), '- Old.')
})

t.test('a version that has its date stays as it is', async t => {
  t.equal(released(older, '0.1.0'), `# Change log\n\n${older}`)
  t.throws(() => released(`## Unreleased\n\n- New.\n\n${older}`, '0.1.0'), /newer entries/)
})

t.test('each change log has one title, and sections of versions', async t => {
  for (const { folder, manifest } of packages) {
    const heads = read(folder, 'CHANGELOG.md').match(/^#{1,2} .*$/gm) ?? []
    t.equal(heads[0], '# Change log', manifest.name)
    for (const head of heads.slice(1))
      t.match(head, /^## (?:Unreleased|\d+\.\d+\.\d+(?: - \d{4}-\d\d-\d\d)?)$/, manifest.name)
  }
})
