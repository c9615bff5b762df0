import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { parseBackendIds, parseStatistics } from '../../src/replies/server-statistics.js'

const header =
  '# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,status,weight,iid,type,check_desc,'
/** The values of missing columns. */
const quiet = {
  connectionErrors: 0,
  responseErrors: 0,
  serverErrors: 0,
  responseMs: 0,
  check: '',
}

t.test('servers are read, and the rows of whole frontends and backends are not', async t => {
  const reply = [
    header,
    'web,FRONTEND,,,1,1,524276,9,0,OPEN,,2,0,,',
    'nodes,s1,2,3,4,5,,60,0,UP 1/2,10,3,2,,',
    'nodes,s2,0,0,0,0,,0,0,MAINT (via nodes/s1),1,3,2,,',
    'nodes,BACKEND,0,0,4,5,200,60,0,UP,11,3,1,,',
    '',
    '',
  ].join('\n')
  t.strictSame(parseStatistics(reply), [
    {
      ...quiet,
      pool: 'nodes',
      name: 's1',
      weight: 10,
      sessions: 4,
      queued: 2,
      totalSessions: 60,
      status: 'UP 1/2',
    },
    {
      ...quiet,
      pool: 'nodes',
      name: 's2',
      weight: 1,
      sessions: 0,
      queued: 0,
      totalSessions: 0,
      status: 'MAINT (via nodes/s1)',
    },
  ])
})

t.test('columns are found by name, whatever their order', async t => {
  const reply = '# pxname,svname,type,stot,weight,status,scur,qcur\nnodes,s1,2,3,0,UP,1,2\n'
  t.strictSame(parseStatistics(reply), [
    {
      ...quiet,
      pool: 'nodes',
      name: 's1',
      weight: 0,
      sessions: 1,
      queued: 2,
      totalSessions: 3,
      status: 'UP',
    },
  ])
})

t.test(
  'errors are counted by their kind, and a check under way shows the last finding',
  async t => {
    const reply = [
      '# pxname,svname,econ,eresp,hrsp_5xx,check_status,status,type',
      'nodes,s1,1,2,3,* L7OK,UP,2',
      'nodes,s2,0,0,0,INI,UP 1/3,2',
      '',
    ].join('\n')
    t.match(parseStatistics(reply), [
      { connectionErrors: 1, responseErrors: 2, serverErrors: 3, check: 'L7OK' },
      { connectionErrors: 0, responseErrors: 0, serverErrors: 0, check: '' },
    ])
  },
)

t.test('the response time is read behind a quoted field with commas and quotes', async t => {
  const reply = [
    '# pxname,svname,status,type,last_chk,qtime,rtime,',
    'nodes,s1,UP,2,"200, ""fine"", or so",1,37,',
    'nodes,s2,UP,2,,1,5,',
    'nodes,s3,UP,2,"never, ended',
    '',
  ].join('\n')
  t.match(parseStatistics(reply), [
    { name: 's1', responseMs: 37 },
    { name: 's2', responseMs: 5 },
    { name: 's3', responseMs: 0 },
  ])
})

t.test('rows are told apart by their type, whatever the servers are called', async t => {
  const reply = [
    '# pxname,svname,status,iid,type',
    'web,FRONTEND,OPEN,2,0',
    'web,FRONTEND,UP,3,2',
    'web,BACKEND,DOWN,3,2',
    'web,BACKEND,UP,3,1',
    '',
  ].join('\n')
  t.match(parseStatistics(reply), [
    { pool: 'web', name: 'FRONTEND', status: 'UP' },
    { pool: 'web', name: 'BACKEND', status: 'DOWN' },
  ])
  t.strictSame([...parseBackendIds(reply)], [['web', '3']])
})

t.test('a HAProxy without servers has no statistics', async t => {
  t.strictSame(parseStatistics(`${header}\n\n`), [])
})

t.test('what is no CSV is a protocol error', async t => {
  for (const reply of ['', 'Permission denied\n', '<html>', '# pxname,svname,status\n']) {
    t.throws(() => parseStatistics(reply), { name: 'HaproxyError', code: 'protocol' }, reply)
  }
})

t.test('the fields of any row are those between its commas, whatever their number', async () => {
  const names = ['pxname', 'svname', 'scur', 'type', 'x', 'status', 'y', 'z']
  const cell = fc.constantFrom('', '2', 'UP', 'a name that is longer than twelve characters')
  const rows = fc.array(fc.array(cell, { maxLength: 10 }), { maxLength: 5 })
  const isSplit = (cells: readonly (readonly string[])[]) => {
    const reply = [`# ${names.join(',')}`, ...cells.map(row => row.join(','))].join('\n')
    const expected = cells.flatMap(row => {
      const [pool = '', name = '', scur = '', type] = row
      const status = row[5] ?? ''
      return type === '2' ? [{ pool, name, status, sessions: Number(scur) }] : []
    })
    const found = parseStatistics(reply).map(({ pool, name, status, sessions }) => ({
      pool,
      name,
      status,
      sessions,
    }))
    assert.deepStrictEqual(found, expected)
  }
  fc.assert(fc.property(rows, isSplit))
})
