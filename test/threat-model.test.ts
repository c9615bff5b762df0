import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read, repository } from './packages.js'

const rows = read(repository, 'docs/threat-model.md')
  .split('\n')
  .filter(line => line.startsWith('|') && !/^\| (?:tries|-+) /.test(line))

/** Tests that a row names: the file in code marks, then the title. */
function testsOf(row: string): { file: string; title: string }[] {
  const cell = row.split(/(?<!\\)\|/).at(-2) ?? ''
  return cell.split('<br>').map(text => {
    const [, file = '', title = ''] = /^\s*`([^`]+)`: (.*?)\s*$/.exec(text) ?? []
    return { file, title }
  })
}

t.test('the threat model names one test or more for each line', async t => {
  t.ok(rows.length >= 30, `${rows.length} lines`)
  for (const row of rows)
    for (const { file, title } of testsOf(row))
      t.ok(file.endsWith('.test.ts') && title !== '', `a file and a title: ${row}`)
})

t.test('each test that the threat model names exists under its title', async t => {
  for (const { file, title } of rows.flatMap(testsOf)) {
    if (!t.ok(existsSync(join(repository, file)), file)) continue
    // Prettier breaks lines, and a quote in a title may be escaped.
    const text = read(repository, file).replaceAll('\\', '')
    t.ok(
      ["'", '"', '`'].some(quote => text.includes(`${quote}${title}${quote}`)),
      `${file}: ${title}`,
    )
  }
})
