import t from 'tap'
import { sectionKeywords } from 'haproxy-config-text'
import { compileTemplate } from '../../src/template/compile-template.js'
import { readCases, smallModel } from '../cases.js'

/** Names of the managed pools, and the lines of their servers. */
function managed(source: string) {
  const { pools, lines } = compileTemplate(source).render(smallModel)
  return [pools.map(({ name }) => name), lines.map(({ line, server }) => `${line} ${server}`)]
}

t.test('a pool is managed where servers wrote it into its own section, and only there', async t => {
  const block = '{{servers pools.[0]}}'
  t.strictSame(managed(`backend app\n ${block}`), [['app'], ['2 s1', '3 s2']])
  t.strictSame(managed(`listen app\n ${block}`), [['app'], ['2 s1', '3 s2']])
  t.strictSame(managed(`backend other\n ${block}`), [[], []])
  t.strictSame(managed(`backend app\nfrontend x\n ${block}`), [[], []])
  t.strictSame(managed('backend app\n server s1 10.0.0.1:80'), [[], []])
})

t.test('each line knows its template line, and whose it is', async t => {
  const partials = { one: '# of {{name}}\nserver {{name}} {{address}}:{{port}}\n' }
  const source = [
    'global',
    '  maxconn {{maxConnections}}',
    '{{! a comment }}',
    '{{#each pools}}',
    '',
    'backend {{name}}',
    '{{#each servers}}',
    '  {{> one}}',
    '{{/each}}',
    '{{/each}}',
    '# end',
  ].join('\n')
  const { text, sourceMap } = compileTemplate(source, { name: 'a.hbs', partials }).render(
    smallModel,
  )
  t.strictSame(
    sourceMap.map(({ template, templateLine, pool, server }, i) =>
      [text.split('\n')[i], `${template}:${templateLine}`, pool, server]
        .filter(Boolean)
        .join(' | '),
    ),
    [
      'global | a.hbs:1',
      '  maxconn 1000 | a.hbs:2',
      'a.hbs:5',
      'backend app | a.hbs:6',
      '  # of s1 | one:1 | app | s1',
      '  server s1 10.0.0.1:80 | one:2 | app | s1',
      '  # of s2 | one:1 | app | s2',
      '  server s2 10.0.0.2:80 | one:2 | app | s2',
      '# end | a.hbs:11',
    ],
  )
})

t.test('every line of every case has its place, and every server line its server', async t => {
  for (const one of readCases()) {
    const { text, sourceMap, lines } = one.render()
    const all = text.split('\n').slice(0, -1)
    t.equal(sourceMap.length, all.length, one.name)
    for (const [i, { line }] of sourceMap.entries())
      if (line !== i + 1) t.fail(`${one.name}: ${line}`)
    for (const { line, server } of lines) t.match(all[line - 1], `server ${server} `)
    for (const [i, line] of all.entries()) {
      const [, name] = /^\s+server (?!slot)(\S+)/.exec(line) ?? []
      if (name !== undefined && sourceMap[i]?.server !== name)
        t.fail(`${one.name}:${i + 1}: ${line}`)
    }
  }
})

t.test('each section keyword of HAProxy 2.6 to 3.2 ends the section before it', async t => {
  t.ok(sectionKeywords.size >= 20)
  for (const keyword of sectionKeywords.keys()) {
    const own = keyword === 'backend' || keyword === 'listen'
    const before = `backend app\n${keyword} other\n {{servers pools.[0]}}`
    t.strictSame(managed(before), [[], []], `${keyword} after the pool's section`)
    const named = managed(`backend other\n${keyword} app\n {{servers pools.[0]}}`)
    t.strictSame(named, own ? [['app'], ['3 s1', '4 s2']] : [[], []], `${keyword} app`)
  }
})

t.test('a quoted section name and a commented section are read as HAProxy reads them', async t => {
  const block = '{{servers pools.[0]}}'
  t.strictSame(managed(`backend "app" # ours\n ${block}`), [['app'], ['2 s1', '3 s2']])
  t.strictSame(managed(`backend app\n# backend other\n ${block}`), [['app'], ['3 s1', '4 s2']])
})
