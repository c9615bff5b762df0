// The program that the reference is made from: every entry of every package,
// from its sources, in one run of the compiler.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Returns the entries of the packages, with the program that holds them all. */
export function readEntryPoints(repository) {
  const entries = readdirSync(join(repository, 'packages')).flatMap(folder =>
    entriesOf(join(repository, 'packages', folder)),
  )
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      ...compilerOptions(repository),
      // Of another package the sources, not what was compiled from them.
      paths: Object.fromEntries(entries.map(({ name, file }) => [name, [file]])),
    },
  )
  return entries.map(({ name, file }) => {
    const sourceFile = program.getSourceFile(file)
    if (sourceFile) return { displayName: name, program, sourceFile }
    throw new Error(`Cannot read ${file}, which package.json exports as ${name}`)
  })
}

/** Lists the modules that a package exports, by the names that an import has. */
function entriesOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.entries(exports).flatMap(([path, target]) => {
    if (target.types === undefined) return []
    const source = target.types.replace('/dist/', '/').replace(/\.d\.ts$/, '.ts')
    return [{ name: join(name, path), file: join(folder, source) }]
  })
}

function compilerOptions(repository) {
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, repository)
  return { ...options, composite: false, incremental: false, noEmit: true }
}
