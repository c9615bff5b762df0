import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { read, repository } from './packages.js'
import { documents, linksOf, proseOf } from './prose.js'

const index = 'docs/README.md'
const pages = [...documents, 'docs/configuration.md']

t.test('every page is in the index, and the index is in the README', async t => {
  const listed = new Set(targetsOf(index).map(({ file }) => file))
  const missing = pages.filter(
    page => !listed.has(page) && page !== index && !/^(?:CONTRIBUTING|SECURITY)\.md$/.test(page),
  )
  t.strictSame(missing, [], `add them to ${index}`)
  t.ok(targetsOf('README.md').some(({ file }) => file === index))
})

t.test('the index has the title of each decision', async t => {
  const lines = read(repository, index)
  for (const page of pages.filter(file => file.startsWith('docs/decisions/'))) {
    const [, number = '', title = ''] = /^# (\d+): (.*)$/m.exec(read(repository, page)) ?? []
    t.match(lines, `- [${number}](${relative('docs', page)}): ${title}.`)
  }
})

t.test('every link between the documents leads to a file and a heading', async t => {
  for (const page of documents) {
    for (const { file, heading } of targetsOf(page)) {
      if (!t.ok(existsSync(join(repository, file)), `${page}: ${file}`) || heading === '') continue
      t.ok(anchorsOf(file).has(heading), `${page}: ${file}#${heading}`)
    }
  }
})

/** The files of the repository that the links of a page name, with the anchor of a heading. */
function targetsOf(page: string): { file: string; heading: string }[] {
  return linksOf(page)
    .filter(link => !/^[a-z]+:/.test(link))
    .map(link => {
      const [path = '', heading = ''] = decodeURI(link).split('#')
      return { file: path === '' ? page : join(dirname(page), path), heading }
    })
}

/** The anchors of a page's headings, as a forge makes them. */
function anchorsOf(file: string): Set<string> {
  return new Set(
    proseOf(file).headings.map(({ text }) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
}
