import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { compileTemplate, parseModel } from 'haproxy-config-render'
import t from 'tap'
import { adoptedTemplate, withLineFeeds } from '../../src/adopt/adopted-template.js'
import { firstRendering } from '../../src/adopt/first-rendering.js'
import { adopt } from '../../src/adopt/adoption.js'
import { corpusNames, copyOfCorpus } from './corpus.js'

const model = parseModel({ runtimeSocket: '/run/a.sock', frontends: [], pools: [] })
const render = (text: string) =>
  compileTemplate(adoptedTemplate(text, [], 0).source).render(model).text

t.test('whatever Handlebars would read is printed as it is', async t => {
  for (const text of [
    '{{',
    '\\{{',
    '\\\\{{',
    '{{{',
    '{{{{',
    '{{{{{',
    '{{!',
    '{{!-- x --}}',
    'x }} {{/if}}',
  ])
    t.equal(render(`${text}\n`), `${text}\n`, text)
  const pieces = fc.constantFrom(
    '{',
    '{{',
    '}}',
    '\\',
    '#',
    '!',
    '--',
    '~',
    'if',
    ' ',
    '\t',
    '\n',
    '"',
    '&',
    '>',
  )
  fc.assert(
    fc.property(fc.array(pieces), all => {
      const text = withLineFeeds(all.join(''))
      return text === '' || render(text) === text
    }),
    { numRuns: 2000 },
  )
})

t.test('one line writes the members, where the first of their servers was', async t => {
  const text = 'backend web\r\n  # a\r\n\tserver a h:1\r\n  # b\r\n  server b h:1\r\n  server c h:1'
  const pool = { name: 'web', role: 'web', port: 1 }
  const turnedOver = {
    kind: 'turned-over',
    backend: 'web',
    line: 11,
    servers: [13, 15],
    pool,
    notes: [],
  } as const
  const { source, rendering, lines } = adoptedTemplate(text, [turnedOver], 10)
  t.match(
    source,
    /^\{\{!.*\}\}\nbackend web\n {2}# a\n\t\{\{servers "web"\}\}\n {2}# b\n {2}server c h:1\n$/,
  )
  t.equal(rendering, 'backend web\n  # a\n  # b\n  server c h:1\n')
  t.same(lines, [1, 2, 4, 6])
})

/** A change of one line that means nothing to HAProxy. */
type Change = (line: string, odd: string) => string

const isPlain = (line: string) => /^\s*[a-z][\w\s.:/-]*$/i.test(line)
const changes: readonly Change[] = [
  line => line,
  line => line.replace(/^\s*/, '\t  \t'),
  line => (isPlain(line) ? line.replaceAll(/(\S)[ \t]+(?=\S)/g, '$1 \t ') : line),
  line => `${line} \t`,
  (line, odd) => (isPlain(line) ? `${line} # ${odd}` : line),
  (line, odd) => `# ${odd}\n\n${line}`,
  line => (isPlain(line) ? line.replaceAll(/\S+/g, '"$&"') : line),
  line => (isPlain(line) ? line.replaceAll(/\S+/g, "'$&'") : line),
  line => `${line}\r`,
]
const odds = fc.constantFrom(
  '{{x}}',
  '\\{{',
  '"',
  "'",
  'server x h:1',
  'é ☂',
  '{{{{',
  '}}',
  'backend y',
)

function adopted(text: string) {
  const sources = { paths: ['/a.cfg'], files: [{ path: '/a.cfg', text, linesBefore: 0 }], text }
  const options = {
    requests: [],
    mayAdopt: ['/a.cfg'],
    unit: undefined,
    root: '/',
    account: undefined,
    masterSocket: '/m.sock',
  }
  return adopt(sources, options)
}

t.test('white space, comments and quotes change neither the pools nor the other lines', async t => {
  const texts = corpusNames
    .filter(name => name !== 'several-files')
    .map(name => withLineFeeds(readFileSync(copyOfCorpus(t, name)[0] ?? '', 'utf8')))
  const change = fc.array(fc.tuple(fc.constantFrom(...changes), odds), {
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(fc.constantFrom(...texts), change, (text, chosen) => {
      const changed = text.replaceAll(/^.+$/gm, (line: string, at: number) => {
        const [act, odd] = chosen[(at * 7) % chosen.length] ?? [(each: string) => each, '']
        return act(line, odd)
      })
      const [before, after] = [adopted(text), adopted(changed)]
      t.same(
        after.turnedOver.map(({ pool }) => pool),
        before.turnedOver.map(({ pool }) => pool),
      )
      // Another line that would change is refused.
      const { text: rendering } = firstRendering(after)
      const servers = new Set(after.turnedOver.flatMap(each => each.servers))
      const lines = changed.replace(/\n$/, '').split('\n')
      const rest = lines.filter((_, i) => !servers.has(i + 1)).map(line => line.replace(/\r$/, ''))
      t.equal(rendering, `${rest.join('\n')}\n`)
    }),
    { numRuns: 150 },
  )
})
