// Builds the site: typedoc reads the sources, and the documents join them.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, Converter, IndexEvent } from 'typedoc'
import { addDocuments } from './add-documents.js'
import { groups } from './documents.js'
import { highlightLanguages, renderMarkdown } from './markdown.js'
import { readEntryPoints } from './program.js'
import { SiteLogger } from './site-logger.js'
import { siteRouter, sluggerConfiguration } from './site-router.js'
import { SiteTheme } from './site-theme.js'

/**
 * Reads the sources and the documents of a repository, and writes the site.
 * Without a folder it writes nothing, and only validates what it read. Errors
 * and warnings are printed.
 *
 * @returns whether there were none
 */
export async function buildSite({ repository, out }) {
  const app = await Application.bootstrapWithPlugins(options(repository))
  app.logger = new SiteLogger()
  app.internationalization.addTranslations('en', { kind_plural_module: 'Packages' })
  app.renderer.defineTheme('site', SiteTheme)
  const paths = new Map()
  connectRouter(app, paths)
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ converter, project }) => {
    for (const entry of addDocuments({ converter, project, repository })) paths.set(...entry)
  })
  // Not by the application, which asks git where the sources are published: they
  // are named, and not linked to.
  const project = app.converter.convert(readEntryPoints(repository))
  app.validate(project)
  const isGood = () => !app.logger.hasErrors() && !app.logger.hasWarnings()
  if (out !== undefined && isGood()) await app.generateDocs(project, out)
  return isGood()
}

/** Gives the pages their addresses, and the search the sections of documents. */
function connectRouter(app, paths) {
  const introductions = new Map()
  app.renderer.defineRouter('site', siteRouter(paths, introductions))
  app.renderer.on(IndexEvent.PREPARE_INDEX, ({ searchResults, searchFields }) => {
    for (const [index, reflection] of searchResults.entries()) {
      const document = introductions.get(reflection)
      if (document !== undefined) searchFields[index] = { document }
    }
  })
}

function options(repository) {
  return {
    name: 'serf-haproxy',
    basePath: repository,
    displayBasePath: repository,
    readme: join(repository, 'README.md'),
    plugin: ['typedoc-plugin-missing-exports'],
    internalModule: 'Referenced types',
    excludeExternals: true,
    excludePrivate: true,
    externalPattern: ['**/node_modules/**'],
    logLevel: 'Warn',
    ...appearance,
  }
}

const appearance = {
  theme: 'site',
  router: 'site',
  includeHierarchySummary: false,
  sluggerConfiguration,
  customCss: fileURLToPath(new URL('theme.css', import.meta.url)),
  markdownItLoader: renderMarkdown,
  highlightLanguages,
  headings: { readme: false, document: false },
  hideGenerator: true,
  searchInComments: true,
  searchInDocuments: true,
  groupOrder: groups,
  sort: ['alphabetical-ignoring-documents'],
  navigation: { includeGroups: true },
}
