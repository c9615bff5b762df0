import t from 'tap'
import { parseServersState } from '../../src/replies/servers-state.js'

const header =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ' +
  'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl ' +
  'srv_check_port srv_check_addr srv_agent_addr srv_agent_port'

/** Replies to `show servers state nodes` of HAProxy 2.6.12. */
const recorded = [
  '1',
  header,
  '3 nodes 1 s1 127.0.0.2 2 0 10 10 1 8 2 0 6 0 0 0 - 8001 - 0 0 - - 0',
  '3 nodes 2 s2 fd00::2 0 5 1 1 1 1 0 0 8 22 0 0 - 8002 - 1 99 - - 99',
  '',
  '',
].join('\n')

const withStates = (op: number, admin: number, check = 0, agent = 0, result = 1) =>
  parseServersState(
    `1\n${header}\n3 nodes 1 s1 127.0.0.2 ${op} ${admin} 1 1 1 ${result} 0 0 ${check} ${agent} 0 0 - 80 - 0 0 - - 0\n`,
  )[0]

t.test('a recorded reply becomes servers', async t => {
  t.strictSame(parseServersState(recorded), [
    {
      pool: 'nodes',
      name: 's1',
      address: '127.0.0.2',
      port: 8001,
      weight: 10,
      admin: 'ready',
      health: 'up',
      passedChecks: 0,
      lastCheck: 'failed',
      checked: true,
      agentChecked: false,
      initialWeight: 10,
      checkPort: 0,
      usesTls: false,
    },
    {
      pool: 'nodes',
      name: 's2',
      address: 'fd00::2',
      port: 8002,
      weight: 1,
      admin: 'maint',
      health: 'down',
      passedChecks: 0,
      lastCheck: 'none',
      checked: false,
      agentChecked: true,
      initialWeight: 1,
      checkPort: 99,
      usesTls: true,
    },
  ])
})

t.test('a pool without servers is an empty list', async t => {
  t.strictSame(parseServersState(`1\n${header}\n\n`), [])
})

t.test('columns are found by name, whatever their order', async t => {
  const reply =
    '1\n# srv_port srv_name be_name srv_addr srv_check_state srv_uweight srv_admin_state ' +
    'srv_op_state guid srv_agent_state srv_iweight srv_use_ssl srv_check_port ' +
    'srv_check_health srv_check_status\n' +
    '80 s1 nodes 10.0.0.1 6 7 0 2 - 22 3 1 99 2 15\n'
  t.match(parseServersState(reply), [
    {
      pool: 'nodes',
      name: 's1',
      address: '10.0.0.1',
      port: 80,
      weight: 7,
      checked: true,
      passedChecks: 2,
    },
  ])
})

const lastCheck = (result: number) => withStates(2, 0, 6, 0, result)?.lastCheck

t.test('the last check passed, failed, or has not ended yet', async t => {
  // L4OK, L6OK, L7OK, PROCOK.
  for (const passed of [6, 9, 15, 20]) t.equal(lastCheck(passed), 'passed', String(passed))
  for (const none of [0, 1]) t.equal(lastCheck(none), 'none', String(none))
  // A refused connection, a wrong status, and a server that drains by its 404.
  for (const failed of [8, 16, 17]) t.equal(lastCheck(failed), 'failed', String(failed))
})

t.test('maintenance shows, for every reason of it', async t => {
  // Forced, inherited, from the file, by resolution, by host name.
  for (const bit of [0x01, 0x02, 0x04, 0x20, 0x40]) t.equal(withStates(0, bit)?.admin, 'maint')
})

t.test('a drain is seen whether forced or inherited, and maintenance outranks it', async t => {
  t.equal(withStates(2, 0x08)?.admin, 'drain')
  t.equal(withStates(2, 0x10)?.admin, 'drain')
  t.equal(withStates(0, 0x08 | 0x01)?.admin, 'maint')
})

t.test('only a stopped server is down', async t => {
  t.equal(withStates(0, 0)?.health, 'down')
  for (const state of [1, 2, 3]) t.equal(withStates(state, 0)?.health, 'up')
})

t.test('checks are on when they are enabled, not when they are only configured', async t => {
  t.equal(withStates(2, 0, 0x06)?.checked, true)
  t.equal(withStates(2, 0, 0x02)?.checked, false)
  t.equal(withStates(2, 0, 0, 0x16)?.agentChecked, true)
  t.equal(withStates(2, 0, 0, 0x12)?.agentChecked, false)
})

t.test(
  'a reply of another version, of other columns or of nothing is a protocol error',
  async t => {
    const replies = {
      'another version': recorded.replace('1\n', '2\n'),
      'a column less': recorded.replace('srv_uweight', 'srv_weight'),
      'no header': '1\n',
      nothing: '',
      'a refusal': 'Permission denied\n',
    }
    for (const [what, reply] of Object.entries(replies)) {
      t.throws(() => parseServersState(reply), { name: 'HaproxyError', code: 'protocol' }, what)
    }
  },
)
