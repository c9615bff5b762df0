import { join } from 'node:path'
import t from 'tap'
import { folderArrows, rowFolders, type FolderArrows } from './folder-arrows.js'
import { findImportCycle, folderOf, importGraph, type ImportGraph } from './import-graph.js'
import { labs, packages } from './packages.js'

const mostFilesInFolder = 18

const layered = [...packages, ...labs]

t.test('the table of arrows names every package and every lab', async t => {
  t.same(
    Object.keys(folderArrows).toSorted(),
    layered.map(({ manifest }) => manifest.name).toSorted(),
  )
})

for (const { folder, manifest } of layered) {
  const graph = importGraph(join(folder, 'src'))
  const layout = folderArrows[manifest.name] ?? { surface: [], folders: {} }

  t.test(`the folders of ${manifest.name} import only what the table allows`, async t => {
    t.same(arrowsOf(graph), sorted(layout.folders))
  })

  t.test(`no folder of ${manifest.name} imports the files that compose it`, async t => {
    for (const [file, imports] of graph) {
      const isSurface = layout.surface.includes(file)
      const isFoundation = !isSurface && folderOf(file) === undefined
      for (const imported of imports) {
        if (!isSurface) t.notOk(layout.surface.includes(imported), `${file} → ${imported}`)
        if (isFoundation) t.equal(folderOf(imported), undefined, `${file} → ${imported}`)
      }
    }
  })

  t.test(`${manifest.name} has no cycle of imports, types included`, async t => {
    t.equal(findImportCycle(graph)?.join(' → '), undefined)
  })

  t.test(`no folder of ${manifest.name} holds more than a reader can take in`, async t => {
    const files = new Map<string, number>()
    for (const file of graph.keys()) {
      const name = folderOf(file) ?? '.'
      files.set(name, (files.get(name) ?? 0) + 1)
    }
    for (const [name, count] of files) {
      if (!rowFolders.has(name)) t.ok(count <= mostFilesInFolder, `${name} has ${count} files`)
    }
  })
}

t.test('the search for cycles finds one through type imports', async t => {
  const graph: ImportGraph = new Map([
    ['a.ts', ['b.ts']],
    ['b.ts', ['c.ts', 'd.ts']],
    ['c.ts', []],
    ['d.ts', ['b.ts']],
  ])
  t.same(findImportCycle(graph), ['b.ts', 'd.ts', 'b.ts'])
})

/** Folder → the other folders that its files import. */
function arrowsOf(graph: ImportGraph): FolderArrows['folders'] {
  const arrows: Record<string, Set<string>> = {}
  for (const [file, imports] of graph) {
    const from = folderOf(file)
    if (from === undefined) continue
    const targets = (arrows[from] ??= new Set())
    for (const imported of imports) {
      const to = folderOf(imported)
      if (to !== undefined && to !== from) targets.add(to)
    }
  }
  return sorted(Object.fromEntries(Object.entries(arrows).map(([from, to]) => [from, [...to]])))
}

function sorted(arrows: FolderArrows['folders']): FolderArrows['folders'] {
  return Object.fromEntries(
    Object.entries(arrows)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([from, to]) => [from, to.toSorted()]),
  )
}
