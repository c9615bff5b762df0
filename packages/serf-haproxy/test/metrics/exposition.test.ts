import * as fc from 'fast-check'
import t from 'tap'
import { exposition, type MetricFamily } from '../../src/metrics/exposition.js'
import { displayedText } from '../../src/printable-name.js'
import { parseExposition } from './parse-exposition.js'

t.test('whatever a pool is called, it is one value of one label', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
      fc.double({ noNaN: true }),
      async (names, value) => {
        const family: MetricFamily = {
          name: 'a_metric',
          help: names.join('\n'),
          type: 'gauge',
          samples: [...new Set(names)].map(pool => ({ labels: { pool }, value })),
        }
        const read = parseExposition(exposition([family])).get('a_metric')
        t.same(
          read?.samples.map(({ labels }) => labels),
          family.samples.map(
            ({ labels }) =>
              `pool=${quoted((labels?.['pool'] ?? '').split('\n').map(displayedText).join('\n'))}`,
          ),
        )
        t.ok(read?.samples.every(sample => sample.value === value))
      },
    ),
  )
})

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`
}

t.test('no families are no text', async t => {
  t.equal(exposition([]), '')
})

t.test('each family has its help, its type and its samples', async t => {
  const text = exposition([
    {
      name: 'servers',
      help: 'Servers of a pool.',
      type: 'gauge',
      samples: [
        { labels: { pool: 'web', health: 'up' }, value: 2 },
        { labels: {}, value: 0.5 },
        { value: 1 },
      ],
    },
    { name: 'rounds_total', help: 'Rounds.', type: 'counter', samples: [] },
  ])
  t.equal(
    text,
    [
      '# HELP servers Servers of a pool.',
      '# TYPE servers gauge',
      'servers{pool="web",health="up"} 2',
      'servers 0.5',
      'servers 1',
      '# HELP rounds_total Rounds.',
      '# TYPE rounds_total counter',
      '',
    ].join('\n'),
  )
})

t.test('a histogram ends its buckets with +Inf, and has its sum and its count', async t => {
  const buckets = [
    { atMost: 0.0005, count: 1 },
    { atMost: 5, count: 2 },
  ]
  const samples = [{ labels: { pool: 'web' }, buckets, sum: 12.5, count: 3 }]
  const text = exposition([{ name: 'a_seconds', help: 'A.', type: 'histogram', samples }])
  t.same(text.split('\n').slice(2), [
    'a_seconds_bucket{pool="web",le="0.0005"} 1',
    'a_seconds_bucket{pool="web",le="5"} 2',
    'a_seconds_bucket{pool="web",le="+Inf"} 3',
    'a_seconds_sum{pool="web"} 12.5',
    'a_seconds_count{pool="web"} 3',
    '',
  ])
})

for (const [value, text] of [
  [0, '0'],
  [-1, '-1'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
] as const)
  t.test(`the number ${value} is written as ${text}`, async t => {
    const family: MetricFamily = { name: 'a', help: 'A.', type: 'gauge', samples: [{ value }] }
    t.equal(exposition([family]).split('\n')[2], `a ${text}`)
    t.same(parseExposition(exposition([family])).get('a')?.samples, [
      { name: 'a', labels: '', value },
    ])
  })

for (const [name, label, expected] of [
  ['a quotation mark', 'a"b', String.raw`a\"b`],
  ['a backslash', 'a\\', String.raw`a\\`],
  ['a line end', 'a\nb 1', String.raw`a\nb 1`],
  ['a backslash before an n', '\\n', String.raw`\\n`],
  ['braces and commas', '},x="1"', String.raw`},x=\"1\"`],
] as const)
  t.test(`a label with ${name} stays within its quotation marks`, async t => {
    const text = exposition([
      { name: 'a', help: 'A.', type: 'gauge', samples: [{ labels: { pool: label }, value: 1 }] },
    ])
    t.equal(text.split('\n')[2], `a{pool="${expected}"} 1`)
  })

t.test('a help with a line end is one line, and keeps its quotation marks', async t => {
  const family: MetricFamily = { name: 'a', help: 'a "b"\n# c\\', type: 'gauge', samples: [] }
  t.equal(exposition([family]).split('\n')[0], String.raw`# HELP a a "b"\n# c\\`)
})
