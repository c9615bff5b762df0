// Adds the documents to what typedoc read from the sources. Links between
// files then lead from page to page, whatever the files are.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { DocumentReflection, MinimalSourceFile, ReflectionKind } from 'typedoc'
import { listDocuments } from './documents.js'

/** Files that a page shows or that a browser saves, instead of pages with their text. */
const media = ['.png', '.svg']

/** Languages of the files that become pages, by the end of their names. */
const languages = {
  '.ts': 'ts',
  '.js': 'js',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.sh': 'sh',
}

/**
 * Adds every document, the README of every package, and a page for each other
 * file or folder of the repository that one of them links to.
 *
 * @returns the paths of the documents, by their reflections
 */
export function addDocuments({ converter, project, repository }) {
  const paths = new Map()
  const add = ({ path, group, text }) => {
    const file = new MinimalSourceFile(text, join(repository, path))
    const { content } = converter.parseRawComment(file, project.files)
    const document = new DocumentReflection(titleOf(path, text), project, content, { group })
    project.addChild(document)
    project.registerReflection(document, undefined, file.fileName)
    paths.set(document, path)
  }
  for (const { path, group } of listDocuments(repository))
    add({ path, group, text: textOf(join(repository, path), path) })
  for (const module of project.getChildrenByKind(ReflectionKind.Module))
    addReadme({ converter, project, repository, module })
  // A page of a folder links to its files.
  for (let files = linkedFiles(project); files.length > 0; files = linkedFiles(project))
    for (const path of files.map(file => relative(repository, file)))
      add({ path, group: 'Files', text: textOf(join(repository, path), path) })
  return paths
}

/** Puts the README of a package on the page of its main module. */
function addReadme({ converter, project, repository, module }) {
  const path = join(repository, 'packages', module.name, 'README.md')
  const text = contentOf(path)
  if (text === undefined) return
  const file = new MinimalSourceFile(text.replace(/^# .*\n/, ''), path)
  module.readme = converter.parseRawComment(file, project.files).content
  project.files.registerReflection(path, module)
}

/** Lists the files and folders that a page links to, and that have no page yet. */
function linkedFiles(project) {
  return project.files.getMediaPaths().filter(file => !media.includes(extname(file)))
}

/** Returns what a page shows of a file, as Markdown. */
function textOf(file, path) {
  if (statSync(file).isDirectory()) return listing(file, path)
  const text = readFileSync(file, 'utf8')
  if (file.endsWith('.md')) return text
  const fence = '`````'
  return `# ${path}\n\n${fence}${languages[extname(file)] ?? 'txt'}\n${text}\n${fence}\n`
}

function listing(folder, path) {
  const files = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isFile())
  const links = files.map(({ name }) => {
    const title = name.endsWith('.md')
      ? titleOf(name, readFileSync(join(folder, name), 'utf8'))
      : name
    return `- [${title}](${join(basename(folder), name)})`
  })
  return `# ${path}\n\n${links.toSorted().join('\n')}\n`
}

function titleOf(path, text) {
  if (path.endsWith('CHANGELOG.md')) return `${path.split('/').at(-2)}: change log`
  return /^# (.*)$/m.exec(text)?.[1].replaceAll(/[`_*]/g, '') ?? path
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
