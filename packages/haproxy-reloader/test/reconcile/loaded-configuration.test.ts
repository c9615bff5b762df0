import t from 'tap'
import { ServerTable } from '../../src/servers/server-table.js'
import { LoadedConfiguration } from '../../src/reconcile/loaded-configuration.js'
import { desire, server } from '../fake-haproxy-setup.js'
import { present } from '../running-server-record.js'

/** A server that left the text. */
const dropped = (name: string, options: string) => ({
  added: new Map<string, string>(),
  dropped: new Map([[`nodes/${name}`, options]]),
  limited: new Set<string>(),
})

t.test('the options of a server that left the file are kept while HAProxy has it', async t => {
  const loaded = new LoadedConfiguration()
  loaded.committed(dropped('s2', '["check"] ["backup"]'))
  t.strictSame(loaded.optionsBesideText, new Map([['nodes/s2', '["check"] ["backup"]']]))
  loaded.seen(7, ServerTable.of([present('s1'), present('s2')]))
  t.equal(loaded.optionsBesideText.size, 1)
  loaded.seen(7, ServerTable.of([present('s1')]))
  t.equal(loaded.optionsBesideText.size, 0)
})

t.test('the options of a server that is being added are known before the file has it', async t => {
  const loaded = new LoadedConfiguration()
  const s2 = server('s2', { options: 'check' })
  loaded.sending([
    { kind: 'add', pool: 'nodes', server: s2 },
    { kind: 'set-weight', pool: 'nodes', server: server('s1') },
  ])
  t.strictSame([...loaded.optionsBesideText], [['nodes/s2', '["check"]']])
  loaded.committed({
    added: new Map([['nodes/s2', '["check"]']]),
    dropped: new Map(),
    limited: new Set(),
  })
  t.equal(loaded.optionsBesideText.size, 0)
})

t.test('another worker, and a reset, leave nothing known', async t => {
  const loaded = new LoadedConfiguration()
  const leave = () => loaded.committed(dropped('s1', '["check"]'))
  leave()
  loaded.seen(7, ServerTable.of([present('s1')]))
  t.equal(loaded.optionsBesideText.size, 1)
  loaded.seen(8, ServerTable.of([present('s1')]))
  t.equal(loaded.optionsBesideText.size, 0)
  leave()
  loaded.reset()
  t.equal(loaded.optionsBesideText.size, 0)
})

t.test(
  'the facts are those of the text that runs, and not of one that was only desired',
  async t => {
    const loaded = new LoadedConfiguration()
    const { text, pools } = desire([server('s1')])
    const lines =
      '$1  cookie C insert dynamic\n  default-server check\n  server sorry 10.0.0.9:80\n'
    const more = { text: text.replace(/(backend nodes\n)/, lines), pools }
    const facts = {
      stickyPools: new Set(['nodes']),
      unmanaged: new Set(['nodes/sorry']),
      inherited: new Map([['nodes', 'check']]),
    }
    t.strictSame(loaded.facts(more), facts)
    t.equal(loaded.facts({ text, pools }).unmanaged.size, 0)
    loaded.runs(more)
    t.strictSame(loaded.facts({ text, pools }), facts)
    t.equal(loaded.facts({ text, pools: [] }).unmanaged.size, 0)
    loaded.reset()
    t.equal(loaded.facts({ text, pools }).unmanaged.size, 0)
  },
)
