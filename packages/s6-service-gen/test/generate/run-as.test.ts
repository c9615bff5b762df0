import t from 'tap'
import { readRunAs, readWithin, runAs, within } from '../../src/generate/run-as.js'

t.test('limits come before the user, which may not raise them', async t => {
  t.same(runAs({ limits: { openFiles: 1024, coreBytes: 0 }, user: 'www-data' }), [
    's6-softlimit',
    '-c 0',
    '-o 1024',
    's6-setuidgid',
    'www-data',
  ])
  t.same(runAs({ limits: {} }), [])
})

t.test('the words are read back, and the command behind them stays', async t => {
  for (const service of [
    { limits: {} },
    { limits: { processes: 5, stackBytes: 1 } },
    { limits: {}, user: '1:2' },
    { limits: { addressSpaceBytes: 9 }, user: 'web' },
  ]) {
    const command = ['web', '-o', '7']
    const words = [...runAs(service), ...command].join(' ').split(' ')
    t.same(readRunAs(words), { ...service, rest: command })
  }
})

t.test('an option of s6-softlimit that no limit has belongs to the command', async t => {
  t.same(readRunAs(['s6-softlimit', '-m', '5', 'web']), { limits: {}, rest: ['-m', '5', 'web'] })
})

t.test('a time limit is read back from its words', async t => {
  t.same(within(0), [])
  t.same(within(1500), ['timeout', '-s', 'KILL', '1.5'])
  t.same(readWithin([...within(1500), 'web']), { timeoutMs: 1500, rest: ['web'] })
  t.same(readWithin(['timeout', '5', 'web']), {
    timeoutMs: undefined,
    rest: ['timeout', '5', 'web'],
  })
})
