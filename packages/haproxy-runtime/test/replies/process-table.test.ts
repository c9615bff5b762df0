import t from 'tap'
import { parseProcessTable } from '../../src/replies/process-table.js'

const header = '#<PID>          <type>          <reloads>       <uptime>        <version>      '
const master = '10206           master          2 [failed: 0]   0d00h00m01s     2.6.12-1+deb12u4'
const worker = '10209           worker          0               0d00h00m01s     2.6.12-1+deb12u4'
const old = '10207           worker          1               0d00h00m09s     2.6.12-1+deb12u4'
const older = '10208           worker          2               0d00h00m19s     2.6.12-1+deb12u4'
const program = '10210           sidecar         0               0d00h00m01s     -'

const table = (...lines: string[]) => parseProcessTable([header, ...lines, '', ''].join('\n'))

t.test('a HAProxy that was never reloaded has one worker', async t => {
  t.strictSame(table(master.replace('2 ', '0 '), '# workers', worker, '# programs'), {
    master: { pid: 10206, reloads: 0, failed: 0 },
    workers: [10209],
    oldWorkers: [],
  })
})

t.test('old workers are listed apart from the current one', async t => {
  t.strictSame(table(master, '# workers', worker, '# old workers', old, older, '# programs'), {
    master: { pid: 10206, reloads: 2, failed: 0 },
    workers: [10209],
    oldWorkers: [10207, 10208],
  })
})

t.test('programs are no workers', async t => {
  const { workers, oldWorkers } = table(
    master,
    '# workers',
    worker,
    '# programs',
    program,
    '# old programs',
    program.replace('10210', '10211'),
  )
  t.strictSame({ workers, oldWorkers }, { workers: [10209], oldWorkers: [] })
})

t.test('a failed reload is counted', async t => {
  const failed = table(master.replace('failed: 0', 'failed: 1'), '# workers', worker, '# programs')
  t.strictSame(failed.master, { pid: 10206, reloads: 2, failed: 1 })
})

t.test('a table of HAProxy 3, which knows no programs, is read as well', async t => {
  t.strictSame(table(master, '# workers', worker, '# old workers', old), {
    master: { pid: 10206, reloads: 2, failed: 0 },
    workers: [10209],
    oldWorkers: [10207],
  })
  t.strictSame(table(master, '# workers', worker).workers, [10209])
})

t.test('a master without the count of failures, and without workers, is read', async t => {
  t.strictSame(table('10206           master          3               0d00h00m01s     2.4.0'), {
    master: { pid: 10206, reloads: 3, failed: 0 },
    workers: [],
    oldWorkers: [],
  })
})

t.test('what is no table is a protocol error', async t => {
  for (const reply of ['', 'Unknown command\n', header]) {
    t.throws(() => parseProcessTable(reply), { name: 'HaproxyError', code: 'protocol' }, reply)
  }
})
