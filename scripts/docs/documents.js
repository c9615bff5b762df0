// The files in Markdown that become pages, by the group that lists them.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Groups of the navigation, in its order; "Packages" holds the generated reference. */
export const groups = [
  'Tutorial',
  'How-to guides',
  'Reference',
  'Packages',
  'Explanation',
  'Decisions',
  'Examples',
  'Change logs',
  'Project',
  'Files',
]

/** Pages directly in docs that are no reference, with their groups. */
const groupOfGuide = {
  'lab.md': 'Tutorial',
  'adopt.md': 'How-to guides',
  'architecture.md': 'Explanation',
  'threat-model.md': 'Explanation',
}

/** Lists the documents as paths from the root; a package's README is on the page of its module. */
export function listDocuments(repository) {
  const inFolder = (folder, group) =>
    list(repository, folder)
      .filter(name => name.endsWith('.md'))
      .map(name => ({ path: join(folder, name), group: groupOfGuide[name] ?? group }))
  const inFolders = (folder, file, group) =>
    list(repository, folder)
      .map(name => ({ path: join(folder, name, file), group }))
      .filter(({ path }) => existsSync(join(repository, path)))
  return [
    ...inFolder('docs', 'Reference'),
    ...inFolder('docs/how-to', 'How-to guides'),
    ...inFolder('docs/decisions', 'Decisions'),
    ...inFolders('examples', 'README.md', 'Examples'),
    ...inFolders('examples', 'index.ts', 'Examples'),
    ...inFolder('images', 'Examples'),
    ...inFolders('images', 'README.md', 'Examples'),
    ...inFolders('packages', 'CHANGELOG.md', 'Change logs'),
    { path: 'test/kit/README.md', group: 'Project' },
    { path: 'CONTRIBUTING.md', group: 'Project' },
    { path: 'SECURITY.md', group: 'Project' },
  ]
}

function list(repository, folder) {
  return readdirSync(join(repository, folder)).toSorted()
}
