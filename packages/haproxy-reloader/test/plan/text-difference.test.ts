import * as fc from 'fast-check'
import t from 'tap'
import { managedServerLines, unmanagedServers } from '../../src/plan/server-lines.js'
import { skeleton } from '../../src/plan/skeleton.js'
import { differenceInText } from '../../src/plan/text-difference.js'

const managed = new Set(['nodes', 'more'])
const servers = ['a', 'b', 'c', 'd'].map(name => ({
  name,
  address: '10.0.0.1',
  port: 80,
  weight: 1,
  options: '',
}))
const pools = [...managed].map(name => ({ name, servers }))

/** The reason to reload; undefined if the texts differ in servers only. */
function reloadReason(from: string | undefined, to: string): string | undefined {
  const difference = differenceInText(from, { text: to, pools })
  return 'reload' in difference ? difference.reload.reason : undefined
}

/** The same question, asked of every line. */
function slowly(from: string, to: string): string | undefined {
  if (from !== to && !to.endsWith('\n')) return 'the configuration does not end with a line feed'
  const unmanaged = unmanagedServers(to, pools)
  if (skeleton(from, managed, unmanaged) !== skeleton(to, managed, unmanaged))
    return 'the configuration differs in more than servers'
  const before = managedServerLines(from, managed, unmanaged)
  for (const [id, line] of managedServerLines(to, managed, unmanaged)) {
    const { options, decidingLinesAbove } = before.get(id) ?? line
    if (options !== line.options || decidingLinesAbove !== line.decidingLinesAbove)
      return `the options of ${id} differ`
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
        (from, to) => reloadReason(from, to) === slowly(from, to),
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
        return reloadReason(from, to) === slowly(from, to)
      }),
      { numRuns: 500 },
    ),
  )
})

t.test('an empty text is a difference like any other', async t => {
  t.match(differenceInText('', { text: '\nglobal\n', pools }), { reload: { trigger: 'text' } })
  t.match(differenceInText('\nglobal\n', { text: '', pools }), { reload: { trigger: 'text' } })
  t.notOk('reload' in differenceInText('', { text: '\n', pools }))
})

t.test('servers that only one of two texts has are told with their options', async t => {
  const from = 'backend nodes\n  server a 10.0.0.1:80 check\n'
  const to = 'backend nodes\n  server b 10.0.0.1:80 backup\n'
  t.strictSame(differenceInText(from, { text: to, pools }), {
    added: new Map([['nodes/b', '["backup"]']]),
    dropped: new Map([['nodes/a', '["check"]']]),
    limited: new Set(),
  })
})

const limitedTo = (limit: number, more = '') =>
  `backend nodes\n  server a 10.0.0.1:80 check maxconn ${limit}${more}\n`

t.test('servers that differ in their maxconn only are told', async t => {
  const difference = differenceInText(limitedTo(5), { text: limitedTo(7), pools })
  t.match(difference, { limited: new Set(['nodes/a']), added: new Map(), dropped: new Map() })
  t.match(differenceInText(limitedTo(5), { text: limitedTo(7, ' minconn 2'), pools }), {
    reload: { reason: 'the options of nodes/a differ' },
  })
})

/** A text with these lines in its backend. */
const backend = (...lines: string[]) => ['backend nodes', ...lines, ''].join('\n')

t.test('an unmanaged server is text: each change of it is a reload', async t => {
  const a = '  server a 10.0.0.1:80'
  const sorry = '  server sorry 10.0.0.9:80 backup'
  const slots = '  server-template slot 1-3 10.0.0.8:80 disabled'
  const known = new Set(['nodes/sorry'])
  const reload = (from: string, to: string) =>
    'reload' in differenceInText(from, { text: to, pools }, known)
  t.equal(reload(backend(a, sorry), backend(a, `${sorry} check`)), true)
  t.equal(reload(backend(a), backend(a, sorry)), true)
  t.equal(reload(backend(a, sorry), backend(a)), true)
  t.equal(reload(backend(a, sorry, slots), backend(a, sorry)), true)
  const withB = backend(a, sorry, slots, '  server b 10.0.0.2:80')
  t.equal(reload(backend(a, sorry, slots), withB), false)
})

t.test('a managed server that moves across a default-server line is a reload', async t => {
  const line = '  server a 10.0.0.1:80'
  const defaults = '  default-server check'
  t.equal(
    reloadReason(backend(line, defaults), backend(defaults, line)),
    'the options of nodes/a differ',
  )
})

t.test('a text that HAProxy would refuse as a whole is never only a change of servers', async t => {
  const from = backend('  server a 10.0.0.1:80')
  const to = backend('  server a 10.0.0.1:80', '  server b 10.0.0.2:80')
  t.equal(reloadReason(from, to), undefined)
  t.match(reloadReason(from, to.trimEnd()), /does not end with a line feed/)
  t.match(reloadReason(from, `${to}# \0\n`), /zero character/)
  t.match(reloadReason(from, `\ufeff${to}`), /byte order mark/)
})

t.test('only names of leaving servers are references, wherever a text has them', async t => {
  const a = '  server a 10.0.0.1:80'
  const b = '  server b 10.0.0.2:80'
  const leaves = (line: string) => reloadReason(backend(line, a, b), backend(line, a))
  for (const line of [
    '  use-server b if TRUE',
    '  use-server "b" if TRUE',
    '  acl up srv_is_up(b)',
    '  acl busy srv_conn(nodes/b) gt 3',
    '  server c 10.0.0.3:80 track b',
    '  server c 10.0.0.3:80 track nodes/b',
  ])
    t.match(leaves(line), /nodes\/b leaves, and the configuration refers to/, line)
  for (const line of [
    '  use-server a if TRUE',
    '  http-request track-sc0 src',
    '  tcp-request connection track-sc1 src table b',
    '  acl up nbsrv(b) gt 1',
    '  use_backend b if TRUE',
  ])
    t.equal(leaves(line), undefined, line)
})

t.test('servers leave by a reload if the text may refer to them', async t => {
  const lines = ['  use-server b if TRUE', '  server a 10.0.0.1:80']
  const from = backend(...lines, '  server b 10.0.0.2:80')
  t.match(reloadReason(from, backend(...lines)), /refers to a server of that name/)
  t.equal(reloadReason(backend(...lines), from), undefined)
})

t.test('a server line that moves into a condition is a reload', async t => {
  const line = '  server a 10.0.0.1:80'
  t.equal(
    reloadReason(backend(line, '.if 0', '.endif'), backend('.if 0', line, '.endif')),
    'the options of nodes/a differ',
  )
})
