import { array, assert, constant, nat, oneof, option, property, record, string } from 'fast-check'
import t from 'tap'
import { formatMarker, parseMarker } from '../../src/running/pending-marker.js'

t.test('every marker is read as it was written', async t => {
  const former = array(
    record(
      {
        path: string({ unit: 'binary' }),
        text: option(string({ unit: 'binary' })),
      },
      { noNullPrototype: true },
    ),
  )
  const lastGood = oneof(
    string(),
    string().map(text => `# files ${text}`),
    string().map(text => `# files []\n${text}`),
    constant('# worker 3\nglobal\n'),
  )
  const worker = option(nat(), { nil: undefined })
  assert(
    property(record({ lastGood, worker, former }, { noNullPrototype: true }), marker => {
      t.strictSame(parseMarker(formatMarker(marker)), marker)
    }),
    { numRuns: 200 },
  )
})

t.test('a marker of an older version has no files', async t => {
  t.strictSame(parseMarker('# worker 7\nglobal\n'), { lastGood: 'global\n', worker: 7, former: [] })
  t.strictSame(parseMarker('global\n'), { lastGood: 'global\n', worker: undefined, former: [] })
})

t.test('a damaged list of files is a comment of the text', async t => {
  for (const line of [
    '# files [',
    '# files {}',
    '# files [{"path":1,"text":""}]',
    '# files [null]',
  ])
    t.strictSame(parseMarker(`# worker 7\n${line}\nglobal\n`), {
      lastGood: `${line}\nglobal\n`,
      worker: 7,
      former: [],
    })
})
