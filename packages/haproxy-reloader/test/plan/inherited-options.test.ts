import t from 'tap'
import type { ServerOperation } from '../../src/plan/operation.js'
import { inheritedByPool, withInheritedOptions } from '../../src/plan/inherited-options.js'

const add = (name: string, options: string): ServerOperation => ({
  kind: 'add',
  pool: 'nodes',
  server: { name, address: '10.0.0.1', port: 80, weight: 1, options },
})

/** The options with which a server is added, if its line is in a text with these lines above it. */
function optionsOf(own: string, ...above: string[]): string | undefined {
  const text = [...above, `  server s1 10.0.0.1:80 weight 1 ${own}`, ''].join('\n')
  const [operation] = withInheritedOptions([add('s1', own)], { text, pools: [] })
  return operation?.kind === 'add' ? operation.server.options : undefined
}

t.test('without default-server lines the options are those of the server', async t => {
  t.equal(optionsOf('check inter 1s', 'backend nodes'), 'check inter 1s')
})

t.test('options of default-server come first, from the defaults and from the backend', async t => {
  t.equal(
    optionsOf(
      'backup',
      'defaults',
      '  default-server inter 2s check',
      'backend nodes',
      '  default-server inter 1s',
    ),
    'check inter 1s backup',
  )
})

t.test('options of a default-server line below the server are not inherited', async t => {
  const text = 'backend nodes\n  server s1 10.0.0.1:80\n  default-server check\n'
  t.match(withInheritedOptions([add('s1', '')], { text, pools: [] }), [{ server: { options: '' } }])
})

t.test('words that take an option away are resolved', async t => {
  t.equal(optionsOf('no-check', 'backend nodes', '  default-server check inter 1s'), 'inter 1s')
  t.equal(optionsOf('backup no-check', 'backend nodes'), 'backup')
})

t.test('words with spaces and quotes stay one word', async t => {
  t.equal(
    optionsOf('', 'backend nodes', `  default-server sni 'str(a "b")'`),
    String.raw`sni str(a\ \"b\")`,
  )
})

t.test('other operations, and servers of other pools, stay as they are', async t => {
  const text = 'backend other\n  default-server check\n  server s1 10.0.0.1:80\n'
  const operations: ServerOperation[] = [
    add('s1', 'backup'),
    { kind: 'remove', pool: 'nodes', name: 's2', cut: false },
  ]
  t.strictSame(withInheritedOptions(operations, { text, pools: [] }), operations)
})

t.test('a check uses TLS and the PROXY protocol as the traffic of its server does', async t => {
  t.equal(optionsOf('ssl verify none check', 'backend nodes'), 'ssl verify none check check-ssl')
  t.equal(optionsOf('check send-proxy-v2', 'backend nodes'), 'check send-proxy-v2 check-send-proxy')
  t.equal(optionsOf('check ssl no-check-ssl', 'backend nodes'), 'check ssl')
  t.equal(optionsOf('check ssl port 80', 'backend nodes'), 'check ssl port 80')
  t.equal(optionsOf('ssl verify none', 'backend nodes'), 'ssl verify none')
})

t.test('the options that servers inherit are those of the lines above them', async t => {
  const text = `defaults
  default-server inter 3s
backend nodes
  default-server check disabled
  server s1 10.0.0.1:80
  default-server backup
backend other
  balance roundrobin
`
  t.strictSame(
    inheritedByPool(text),
    new Map([
      ['nodes', 'inter 3s check disabled'],
      ['other', 'inter 3s'],
    ]),
  )
  t.equal(inheritedByPool('backend nodes\n  server s1 10.0.0.1:80 check\n').size, 0)
})
