import t from 'tap'
import { keptUnwritten } from '../../src/generations/unwritten-generation.js'
import { generationRecord as record } from './sample-generation.js'

const state = (text: string) => ({ text, pools: [] })

t.test('each generation has its configuration, and the difference from the one before', async t => {
  const unwritten = [
    { record: record(5), desired: { ...state('b\n'), lines: [] } },
    { record: record(6), desired: state('c\n') },
  ]
  t.strictSame(keptUnwritten(unwritten, { number: 3, state: state('a\n') }), [
    {
      ...record(5),
      ...state('b\n'),
      lines: [],
      diff: '--- generation 3\n+++ generation 5\n@@ -1,1 +1,1 @@\n-a\n+b\n',
    },
    {
      ...record(6),
      ...state('c\n'),
      diff: '--- generation 5\n+++ generation 6\n@@ -1,1 +1,1 @@\n-b\n+c\n',
    },
  ])
})
