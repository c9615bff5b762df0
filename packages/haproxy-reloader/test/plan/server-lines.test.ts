import t from 'tap'
import { managedServerLines, unmanagedServers } from '../../src/plan/server-lines.js'

const nodes = new Set(['nodes'])

const pool = (...names: string[]) => ({
  name: 'nodes',
  servers: names.map(name => ({ name, address: '10.0.0.1', port: 80, weight: 1, options: '' })),
})

/** The options of a line of the pool, in the spelling for comparisons. */
function optionsOf(line: string): string | undefined {
  return managedServerLines(`backend nodes\n  server s1 10.0.0.1:80 ${line}\n`, nodes).get(
    'nodes/s1',
  )?.options
}

t.test('options are the words behind a server, without its address and weight', async t => {
  const text = `backend nodes
  server s1 10.0.0.1:80 weight 10 check inter 1s
  server s2 [fd00::1]:80   check  weight 5   inter 1s
  server s3 10.0.0.3:80
  server s4 10.0.0.4:80 weight 0
backend other
  server s5 10.0.0.5:80 check
`
  const lines = managedServerLines(text, nodes)
  t.strictSame([...lines.keys()], ['nodes/s1', 'nodes/s2', 'nodes/s3', 'nodes/s4'])
  t.equal(lines.get('nodes/s1')?.options, lines.get('nodes/s2')?.options)
  t.equal(lines.get('nodes/s3')?.options, lines.get('nodes/s4')?.options)
  t.not(lines.get('nodes/s1')?.options, lines.get('nodes/s3')?.options)
})

t.test('quotes and escapes are no difference, and words are not glued together', async t => {
  t.equal(optionsOf('cookie "a"'), optionsOf('cookie a'))
  t.equal(optionsOf("sni 'str(a b)'"), optionsOf(String.raw`sni str(a\ b)`))
  t.not(optionsOf('cookie "a check"'), optionsOf('cookie a check'))
})

t.test('the weight counts only where an agent sets it relative to the line', async t => {
  t.equal(optionsOf('weight 1 check'), optionsOf('weight 2 check'))
  const agent = (weight: number) => optionsOf(`weight ${weight} agent-check agent-port 9`)
  t.not(agent(1), agent(2))
  t.equal(agent(1), optionsOf('agent-check weight 1 agent-port 9'))
})

t.test('a server inherits from the default-server lines above it, and from no other', async t => {
  const text = `backend nodes
  server s1 10.0.0.1:80
  default-server check
  server s2 10.0.0.2:80
`
  const lines = managedServerLines(text, nodes)
  t.equal(lines.get('nodes/s1')?.decidingLinesAbove, 0)
  t.equal(lines.get('nodes/s2')?.decidingLinesAbove, 1)
})

t.test('a server that only the text has is unmanaged, and so are those of a template', async t => {
  const text = `backend nodes
  server s1 10.0.0.1:80
  server sorry 10.0.0.9:80 backup
  server-template slot 1-3 10.0.0.8:80 disabled
  server-template spare 2 10.0.0.7:80
backend other
  server s2 10.0.0.2:80
`
  t.strictSame(
    [...unmanagedServers(text, [pool('s1', 's2')])].toSorted(),
    ['slot1', 'slot2', 'slot3', 'sorry', 'spare1', 'spare2'].map(name => `nodes/${name}`),
  )
})

t.test('the lines of unmanaged servers are not among the managed ones', async t => {
  const text = 'backend nodes\n  server s1 10.0.0.1:80\n  server sorry 10.0.0.9:80\n'
  const unmanaged = unmanagedServers(text, [pool('s1')])
  t.strictSame([...managedServerLines(text, nodes, unmanaged).keys()], ['nodes/s1'])
})
