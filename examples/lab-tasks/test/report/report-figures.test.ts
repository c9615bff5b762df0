import t from 'tap'
import { figuresText, pagesIn } from '../../src/report/report-figures.js'

t.test('the pages of a PDF are its page objects, not the tree that holds them', async t => {
  t.equal(pagesIn('<</Type /Page\n/Parent 3 0 R>> <</Type/Page>> <</Type /Pages /Count 2>>'), 2)
  t.equal(pagesIn(''), 0)
})

t.test('the sizes are one line', async t => {
  t.equal(
    figuresText({ textPx: 11_000, pdfPages: 30, htmlBytes: 1_250_000 }),
    'main text 11,000 px, PDF 30 pages, HTML 1.25 MB',
  )
})
