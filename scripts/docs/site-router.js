// Addresses of the pages, and of the sections that the search finds.
import { join } from 'node:path'
import { DocumentReflection, KindRouter, Slugger } from 'typedoc'
import { namedRows, RowAnchors } from './named-rows.js'

/** Options that make a heading's anchor the same as on a forge. */
export const sluggerConfiguration = { lowercase: true }

/**
 * Makes the router of a site. A document has the address of its file, and its
 * sections and named rows are targets of the search, each with its own text.
 *
 * @param paths - the files of the documents, by their reflections
 * @param introductions - receives the text before the first section, by document
 */
export function siteRouter(paths, introductions) {
  return class SiteRouter extends KindRouter {
    getIdealBaseName(reflection) {
      const path = paths.get(reflection)
      if (path === undefined) return join('api', super.getIdealBaseName(reflection))
      return path.replace(/\/README\.md$|\.md$/, '')
    }

    buildPages(project) {
      const pages = super.buildPages(project)
      const documents = pages.filter(({ kind, model }) => kind === 'document' && paths.has(model))
      for (const { model, url } of documents) {
        const [first, ...sections] = sectionsOf(model)
        const rows = rowsOf(model)
        introductions.set(model, withoutRows(first.text, rows))
        for (const { title, anchor, text: whole } of [...sections, ...rows]) {
          const text = withoutRows(whole, rows)
          const section = new DocumentReflection(title, model, [{ kind: 'text', text }], {})
          this.fullUrls.set(section, `${url}#${anchor}`)
          this.anchors.set(section, anchor)
        }
      }
      return pages
    }
  }
}

/** Splits a document at its headings; the first part ends before the second heading. */
function sectionsOf({ content }) {
  const slugger = new Slugger(sluggerConfiguration)
  const sections = [{ title: '', anchor: '', text: '' }]
  let fence
  for (const line of textOf(content).split('\n')) {
    const [mark] = /^ *(`{3,}|~{3,})/.exec(line)?.slice(1) ?? []
    if (mark !== undefined) fence = fence === undefined ? mark : fence === mark ? undefined : fence
    const title =
      fence === undefined ? /^#{1,6} +(.*)$/.exec(line)?.[1].replaceAll(/[`*]/g, '') : undefined
    if (title === undefined) sections.at(-1).text += `${line}\n`
    else sections.push({ title, anchor: slugger.slug(title), text: '' })
  }
  const [before, heading, ...others] = sections
  return [{ ...heading, text: before.text + (heading?.text ?? '') }, ...others]
}

/** Lists the rows that describe one name, such as a field of the configuration. */
function rowsOf({ content }) {
  const anchors = new RowAnchors()
  return namedRows(textOf(content)).flatMap(({ line, name, text }) => {
    const anchor = anchors.anchor(name)
    return anchor === undefined ? [] : [{ title: name, anchor, text, line }]
  })
}

function withoutRows(text, rows) {
  return rows.reduce((rest, { line }) => rest.replace(line, ''), text)
}

function textOf(content) {
  return content.map(({ text }) => text).join('')
}
