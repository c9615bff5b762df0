import t from 'tap'
import type { Operation } from '../../src/plan/operation.js'
import { withInheritedOptions } from '../../src/plan/inherited-options.js'

const add = (name: string, options: string): Operation => ({
  kind: 'add',
  pool: 'nodes',
  server: { name, address: '10.0.0.1', port: 80, weight: 1, options },
})

/** The options with which a server is added, if its line is in a text with these lines above it. */
function optionsOf(own: string, ...above: string[]): string | undefined {
  const text = [...above, `  server s1 10.0.0.1:80 weight 1 ${own}`, ''].join('\n')
  const [operation] = withInheritedOptions([add('s1', own)], text)
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
  t.match(withInheritedOptions([add('s1', '')], text), [{ server: { options: '' } }])
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
  const operations: Operation[] = [
    add('s1', 'backup'),
    { kind: 'remove', pool: 'nodes', name: 's2', cut: false },
  ]
  t.strictSame(withInheritedOptions(operations, text), operations)
})
