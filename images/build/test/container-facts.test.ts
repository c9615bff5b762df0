import t from 'tap'
import { processesIn, processScript } from '../src/container-facts.js'

/** Fields 3 to 24 of a stat line: state, parent, …, start time (22) and pages (24). */
function stat(pid: number, name: string, parent: number, ticks: number, pages: number): string {
  const fields = ['S', parent, ...Array<number>(17).fill(0), ticks, 0, pages]
  return `${pid} (${name}) ${fields.join(' ')}`
}

t.test('processes are sorted by number, and their times count from the boot', async t => {
  const printed = [
    'btime 1000',
    stat(7, 'web (app)', 1, 250, 3),
    'node server.js ',
    stat(1, 's6-svscan', 0, 100, 2),
    's6-svscan /run/service',
    '',
  ].join('\n')
  t.same(processesIn(printed), [
    {
      pid: 1,
      parent: 0,
      name: 's6-svscan',
      command: 's6-svscan /run/service',
      startedAt: '1970-01-01T00:16:41.000Z',
      residentKb: 8,
    },
    {
      pid: 7,
      parent: 1,
      name: 'web (app)',
      command: 'node server.js',
      startedAt: '1970-01-01T00:16:42.500Z',
      residentKb: 12,
    },
  ])
})

t.test("the script's own process and an incomplete last line are left out", async t => {
  const printed = ['btime 1000', stat(9, 'sh', 0, 1, 1), `sh -c ${processScript}`, '12 (cut'].join(
    '\n',
  )
  t.same(processesIn(printed), [])
})
