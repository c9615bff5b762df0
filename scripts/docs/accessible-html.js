// Corrections of the HTML that typedoc's theme makes, for screen readers and keyboards.

/** First element of each page; the keyboard reaches it before the navigation. */
const skipLink = '<a class="skip-link" href="#page-content">Skip to the content</a>'

const replacements = [
  [/<body>/, `<body>${skipLink}`],
  [
    /<div class="col-content">/,
    '<div class="col-content" role="main" id="page-content" tabindex="-1">',
  ],
  [
    /<div class="col-sidebar">/,
    '<div class="col-sidebar" role="complementary" aria-label="Navigation">',
  ],
  // The content is shown at once, and not after the scripts.
  [/document\.body\.style\.display="none";/, ''],
]

/** Returns a page with landmarks, a link to its content, and headings without gaps in their levels. */
export function accessibleHtml(html) {
  let page = html
  for (const [pattern, replacement] of replacements) {
    if (!pattern.test(page)) throw new Error(`A page of typedoc has no ${pattern}: expected one`)
    page = page.replace(pattern, replacement)
  }
  return withHeadingLevels(withoutLinksInSummaries(page))
}

/** Removes the permalinks of headings that open and close: a control has no control in it. */
function withoutLinksInSummaries(page) {
  return page.replaceAll(/<summary[^]*?<\/summary>/g, summary =>
    summary.replaceAll(/<a [^>]*class="tsd-anchor-icon"[^]*?<\/a>/g, ''),
  )
}

function withHeadingLevels(page) {
  let last = 0
  return page.replaceAll(/<h([1-6])(?=[ >])/g, (tag, level) => {
    last = Math.min(Number(level), last + 1)
    return Number(level) === last ? tag : `${tag} aria-level="${last}"`
  })
}
