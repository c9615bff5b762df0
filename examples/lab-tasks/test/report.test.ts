import t from 'tap'
import { comparedRows, comparisonTable } from '../src/compare/comparison-table.js'
import { chart } from '../src/report/chart.js'
import { block, literal, slug, table, target } from '../src/report/markdown-text.js'
import { reportPage } from '../src/report/report-page.js'

const samples = [
  { atMs: -1000, tookMs: 3, status: 200 },
  { atMs: 500, tookMs: 3010, status: 503 },
  { atMs: 600, tookMs: 10_000, status: 0 },
]

t.test('a picture has a dot for each request, coloured by what came of it', async t => {
  const svg = chart('A <stop>', [{ title: 'classic & co', samples }])
  const dots = [...svg.matchAll(/<circle [^>]*r="2" fill="([^"]+)"/g)].map(([, fill]) => fill)
  t.equal(dots.length, 3)
  t.equal(new Set(dots).size, 3)
  t.match(svg, '2 of 3 requests failed')
  t.match(svg, '<title>A &lt;stop&gt;</title>')
  t.match(svg, 'classic &amp; co')
  t.notMatch(svg, /NaN|Infinity/)
})

t.test('a picture of nothing is still a picture', async t => {
  t.notMatch(chart('Nothing', [{ title: 'nobody', samples: [] }]), /NaN|Infinity/)
})

t.test('later requests stand further right, slower ones higher', async t => {
  const svg = chart('Order', [{ title: 'one', samples }])
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="2"/g)].map(found => [
    Number(found[1]),
    Number(found[2]),
  ])
  const [first = [], second = [], third = []] = dots
  t.ok(Number(first[0]) < Number(second[0]) && Number(second[0]) < Number(third[0]))
  t.ok(Number(first[1]) > Number(second[1]) && Number(second[1]) > Number(third[1]))
})

t.test('the comparison has a row for what was measured, with the ratio', async t => {
  const comparison = {
    date: '2026-11-23T00:00:00Z',
    engine: 'processes',
    versions: {},
    classic: {
      joinMs: 1200,
      recoveryMs: [3000, 24_000, 8000],
      stop: { requests: 500, failed: 20 },
      samples: {},
    },
    agent: {
      joinMs: 60,
      recoveryMs: [900, 1000, 4000],
      stop: { requests: 1000, failed: 0 },
      samples: {},
    },
  }
  t.same(comparedRows(comparison), [
    {
      what: 'join: listening → first response',
      classic: '1,200 ms',
      agent: '60 ms',
      ratio: '20.0',
    },
    {
      what: 'stop: requests lost',
      classic: '20 of 500',
      agent: '0 of 1,000',
      ratio: 'agent: none',
    },
    {
      what: 'ha killed, started again → all serve',
      classic: '3,000 ms, 24,000 ms, 8,000 ms',
      agent: '900 ms, 1,000 ms, 4,000 ms',
      ratio: '8.0',
    },
  ])
  t.equal(comparisonTable(comparison).split('\n').length, 4)
})

t.test('text from a run cannot become Markdown', async t => {
  t.equal(literal('a|b *c* `d`\n<e>'), String.raw`a\|b \*c\* \`d\` \<e\>`)
  t.equal(block('x\n```\ny\n'), '````\nx\n```\ny\n````')
  t.equal(slug('Task 0: The static, and its limits'), 'task-0-the-static-and-its-limits')
  t.equal(target('../logs/task 1/a(b).png'), '../logs/task%201/a(b).png')
  t.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |')
})

t.test('the page embeds pictures, leads links to the evidence in it, and runs no HTML', async t => {
  const contents = new Map([
    ['1-start/ha.log', new TextEncoder().encode('<script>x</script> & more')],
    ['1-start/stats.png', new TextEncoder().encode('PNG')],
  ])
  const chapter = { folder: '/there/logs/task-0', contents } as unknown as Parameters<
    typeof reportPage
  >[1][number]
  const markdown = [
    '# A *report*',
    '<script>alert(1)</script>',
    '[log](../logs/task-0/1-start/ha.log) ![page](../logs/task-0/1-start/stats.png)',
    '![stop](pictures/stop.svg)',
  ].join('\n\n')
  const svg = new Map([['pictures/stop.svg', new TextEncoder().encode('<svg/>')]])
  const html = reportPage(markdown, [chapter], svg, '/there/report')
  t.match(html, '<h1 id="a-report">')
  t.match(html, '&lt;script&gt;alert(1)')
  const [, id = ''] = /<a href="#([^"]+)">log/.exec(html) ?? []
  t.ok(html.includes(`<details id="${id}">`), id)
  t.match(html, '&lt;script&gt;x&lt;/script&gt; &amp; more')
  t.match(html, `src="data:image/png;base64,${Buffer.from('PNG').toString('base64')}"`)
  t.match(html, `src="data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}"`)
})
