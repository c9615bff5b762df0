import t from 'tap'
import { block, literal, slug, table, target } from '../../src/report/markdown-text.js'

t.test('text from a run cannot become Markdown', async t => {
  t.equal(literal('a|b *c* `d`\n<e>'), String.raw`a\|b \*c\* \`d\` \<e\>`)
  t.equal(block('x\n```\ny\n'), '````\nx\n```\ny\n````')
  t.equal(slug('Task 0: The static, and its limits'), 'task-0-the-static-and-its-limits')
  t.equal(target('../logs/task 1/a(b).png'), '../logs/task%201/a(b).png')
  t.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |')
})
