import t from 'tap'
import { reportPage } from '../../src/report/report-page.js'

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
  const html = reportPage(markdown, [chapter], svg, '/there/report', 'en')
  t.match(html, '<h1 id="a-report">')
  t.match(html, '&lt;script&gt;alert(1)')
  const [, id = ''] = /<a href="#([^"]+)">log/.exec(html) ?? []
  t.ok(html.includes(`<details id="${id}">`), id)
  t.match(html, '&lt;script&gt;x&lt;/script&gt; &amp; more')
  t.match(html, `src="data:image/png;base64,${Buffer.from('PNG').toString('base64')}"`)
  t.match(html, `src="data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}"`)
})

t.test('folded blocks are opened by the reader, and no other HTML is taken', async t => {
  const markdown = [
    '<details><summary>3 steps & more</summary>',
    '**text**',
    '</details>',
    '<details><summary>a <b>b</b></summary>',
    '```\n</details>\n```',
  ].join('\n\n')
  const html = reportPage(markdown, [], new Map(), '/there/report', 'fr')
  t.match(html, '<html lang="fr">')
  t.match(html, '<details><summary>3 steps &amp; more</summary>')
  t.match(html, '<strong>text</strong>')
  t.match(html, '&lt;details&gt;&lt;summary&gt;a &lt;b&gt;')
  t.equal(html.match(/<\/details>/g)?.length, 1, 'code is no end of a block')
})
