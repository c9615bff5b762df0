import * as fc from 'fast-check'
import t from 'tap'
import { serverOptions, skeleton } from '../../src/plan/skeleton.js'
import { differenceInText } from '../../src/plan/text-difference.js'

const managed = new Set(['nodes', 'more'])
const pools = [...managed].map(name => ({ name, servers: [] }))

/** The same question, asked of every line. */
function slowly(from: string, to: string): string | undefined {
  if (skeleton(from, managed) !== skeleton(to, managed))
    return 'the configuration differs in more than servers'
  const before = serverOptions(from, managed)
  for (const [id, options] of serverOptions(to, managed)) {
    if ((before.get(id) ?? options) !== options) return `the options of ${id} differ`
  }
  return undefined
}

const serverLine = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('check', 'check inter 1s', ''))
  .map(([name, options]) => ({ name, line: `  server ${name} 10.0.0.1:80 weight 1 ${options}` }))
const section = (head: string) =>
  fc
    .tuple(
      fc.subarray(['  balance roundrobin', '  # words', '']),
      fc.uniqueArray(serverLine, { selector: ({ name }) => name, maxLength: 4 }),
    )
    .map(([lines, servers]) => [head, ...lines, ...servers.map(({ line }) => line)].join('\n'))
const configuration = fc
  .tuple(
    section('defaults'),
    section('backend nodes'),
    section('backend other'),
    section('backend more'),
    fc.constantFrom('', '\n'),
  )
  .map(sections => sections.join('\n'))

t.test('the lines that differ say as much as all lines', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        configuration,
        configuration,
        (from, to) => differenceInText(from, { text: to, pools })?.reason === slowly(from, to),
      ),
      { numRuns: 500 },
    ),
  )
})

t.test('one change anywhere is found', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(configuration, fc.nat(), fc.constantFrom('x', '\n', ' '), (from, at, what) => {
        const place = at % (from.length + 1)
        const to = from.slice(0, place) + what + from.slice(place)
        return differenceInText(from, { text: to, pools })?.reason === slowly(from, to)
      }),
      { numRuns: 500 },
    ),
  )
})

t.test('an empty text is a difference like any other', async t => {
  t.match(differenceInText('', { text: '\nglobal\n', pools }), { trigger: 'text' })
  t.match(differenceInText('\nglobal\n', { text: '', pools }), { trigger: 'text' })
  t.equal(differenceInText('', { text: '\n', pools }), undefined)
})
