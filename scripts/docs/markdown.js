// What the pages add to the HTML of a document.
import { RowAnchors } from './named-rows.js'

/** Languages that are highlighted; other code, and code without a language, is plain text. */
export const highlightLanguages = ['ts', 'js', 'json', 'yaml', 'sh', 'ini', 'diff', 'handlebars']

/**
 * Makes tables and code that are too wide for the window scroll on their own,
 * lets a keyboard reach them, makes code in a heading part of its anchor, and
 * gives the rows that describe one name their anchors.
 */
export function renderMarkdown({ core, linkify, options, renderer }) {
  // Only whole addresses become links, not words such as values.NAME.
  linkify.set({ fuzzyLink: false, fuzzyEmail: false })
  const { highlight } = options
  options.highlight = (code, language) =>
    highlight(code, highlightLanguages.includes(language) ? language : 'txt')
  const { fence } = renderer.rules
  renderer.rules.fence = (...args) => fence(...args).replace('<pre>', '<pre tabindex="0">')
  renderer.rules.table_open = () =>
    '<div class="table" role="group" aria-label="Table" tabindex="0"><table>'
  renderer.rules.table_close = () => '</table></div>'
  core.ruler.push('code in headings', ({ Token, tokens }) => {
    for (const heading of after(tokens, ['heading_open']))
      heading.children = heading.children.flatMap(child => asText(child, Token))
  })
  core.ruler.push('anchors of rows', ({ tokens }) => {
    const anchors = new RowAnchors()
    for (const cell of after(tokens, ['tr_open', 'td_open'])) {
      const [code, ...others] = cell.children
      if (code?.type !== 'code_inline' || others.length > 0) continue
      const anchor = anchors.anchor(code.content)
      if (anchor !== undefined) tokens[tokens.indexOf(cell) - 2].attrSet('id', anchor)
    }
  })
}

/** Lists the tokens that follow tokens of these types. */
function after(tokens, types) {
  return tokens.filter((_, index) =>
    types.every((type, at) => tokens[index - types.length + at]?.type === type),
  )
}

/** Returns code as text in HTML: typedoc takes the anchor of a heading from its text alone. */
function asText(token, Token) {
  if (token.type !== 'code_inline') return [token]
  const made = (type, content) => Object.assign(new Token(type, '', 0), { content })
  return [
    made('html_inline', '<code>'),
    made('text', token.content),
    made('html_inline', '</code>'),
  ]
}
