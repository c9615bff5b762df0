import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isBuiltin } from 'node:module'
import t from 'tap'
import ts from 'typescript'
import { functionsOf, publicMutableFields } from './functions.js'
import { packages, read, repository, typescriptFiles } from './packages.js'

/** The only edges between the packages; see docs/architecture.md. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  'command-line-program': [],
  'versioned-map': [],
  'node-serf-client': [],
  'serf-events': ['command-line-program', 'node-serf-client', 'versioned-map'],
  'haproxy-config-text': [],
  'haproxy-config-render': ['command-line-program', 'haproxy-config-text', 'versioned-map'],
  'haproxy-runtime': ['haproxy-config-text'],
  'haproxy-reloader': ['haproxy-config-text', 'haproxy-runtime'],
  's6-service-gen': ['command-line-program'],
  'pool-scaler': ['command-line-program', 'haproxy-config-text'],
  'serf-haproxy': [
    'command-line-program',
    'haproxy-config-render',
    'haproxy-config-text',
    'haproxy-reloader',
    'haproxy-runtime',
    'serf-events',
    'versioned-map',
  ],
}

/** Entries that keep a dependency of few users, or a topic of its own, out of the main entry. */
const subPaths: Readonly<Record<string, readonly string[]>> = {
  'haproxy-config-render': ['./builder', './schema'],
  'haproxy-config-text': ['./effective', './program'],
  'haproxy-reloader': ['./files'],
  'haproxy-runtime': ['./sdk'],
  'serf-haproxy': ['./schema.json'],
}

const everyPackageHas = [
  '.taprc',
  'CHANGELOG.md',
  'README.md',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
]
const somePackagesHave = [
  'bench',
  'bin',
  'monitoring',
  'schema',
  'templates',
  'dist',
  '.tap',
  'node_modules',
]

const drawers = /^(?:utils?|helpers?|common|types|core|manager|misc|shared)\.ts$/
const longestFile = 200
const longestFunction = 40
/** With the functions nested in it. */
const longestWholeFunction = 60
const mostValueExports = 8

const names = packages.map(({ manifest }) => manifest.name)

/** Every name under which one of the packages may be imported. */
const publicEntries: ReadonlySet<string> = new Set(
  packages.flatMap(({ manifest: { name, exports } }) =>
    Object.keys(exports).map(entry => name + entry.slice(1)),
  ),
)

t.test('the packages are those of the design', async t => {
  t.same(names.toSorted(), Object.keys(arrows).toSorted())
})

for (const { folder, manifest, sources } of packages) {
  t.test(`${manifest.name} has the shape of every package`, async t => {
    const inFolder = readdirSync(folder).filter(entry => !somePackagesHave.includes(entry))
    t.same(inFolder.toSorted(), everyPackageHas.toSorted())
    t.match(manifest, { license: 'MIT', type: 'module', engines: { node: '>=20.19' } })
    // Beside its own entry, a package may offer a fake of what it speaks to, for others' tests.
    const entries = Object.keys(manifest.exports).filter(entry => !entry.startsWith('./fake-'))
    const more = subPaths[manifest.name] ?? []
    t.same(entries.toSorted(), ['.', './package.json', ...more].toSorted())
  })

  t.test(`${manifest.name} points only where the design says`, async t => {
    const siblings = Object.keys(manifest.dependencies ?? {}).filter(name => names.includes(name))
    t.same(siblings.toSorted(), arrows[manifest.name])
    for (const sibling of siblings) {
      const wanted = packages.find(other => other.manifest.name === sibling)?.manifest.version
      t.equal(
        manifest.dependencies?.[sibling],
        `^${wanted}`,
        `${sibling} from its present version on`,
      )
    }
  })

  t.test(`${manifest.name} imports only what it declares`, async t => {
    for (const file of sources) {
      for (const { fileName } of ts.preProcessFile(read(folder, file)).importedFiles) {
        if (fileName.startsWith('.') || fileName.startsWith('node:')) continue
        const [scope = '', name] = fileName.split('/')
        const dependency = scope.startsWith('@') ? `${scope}/${name}` : scope
        t.notOk(isBuiltin(fileName), `${file}: ${fileName} is imported as node:${fileName}`)
        const { dependencies = {}, peerDependencies = {} } = manifest
        // What is only installed by its users gives types, and is loaded on demand.
        const declared = isTypeOnly(join(folder, file), fileName)
          ? { ...dependencies, ...peerDependencies }
          : dependencies
        t.ok(dependency in declared, `${file}: ${dependency} is declared`)
        const isSibling = names.includes(dependency)
        t.ok(!isSibling || publicEntries.has(fileName), `${file}: ${fileName} is public`)
      }
    }
  })

  t.test(`${manifest.name} exports by name, and not too much`, async t => {
    const index = parse(join(folder, 'src', 'index.ts'))
    let values = 0
    for (const statement of index.statements) {
      t.ok(ts.isExportDeclaration(statement), 'index.ts only re-exports')
      if (!ts.isExportDeclaration(statement)) continue
      t.ok(statement.exportClause, 'by name')
      if (statement.isTypeOnly || !statement.exportClause) continue
      values += ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements.length
        : 1
    }
    t.ok(values <= mostValueExports, `${values} values, at most ${mostValueExports}`)
  })

  t.test(`${manifest.name} documents each of its error codes`, async t => {
    const errors = read(repository, 'docs', 'errors.md')
    const unions = sources.flatMap(file =>
      [...read(folder, file).matchAll(/export type (\w+)ErrorCode =([^]*?)\n\n/g)].map(
        ([, prefix, union]) => ({ prefix, codes: [...(union ?? '').matchAll(/'([\w-]+)'/g)] }),
      ),
    )
    t.ok(unions.length <= 1, 'one error class')
    for (const { prefix, codes } of unions) {
      for (const [, code] of codes) {
        t.match(
          errors,
          new RegExp(`^### \`${prefix}Error\` ${code}$`, 'm'),
          `${prefix}Error ${code}`,
        )
      }
    }
  })
}

const everySource = [
  ...packages.flatMap(({ folder, sources }) => sources.map(file => join(folder, file))),
  ...[
    'images/base/src',
    'images/build/src',
    'images/webapp/src',
    'examples/lab/src',
    'examples/lab/bench',
    'examples/lab-tasks/src',
    'test/kit/src',
  ].flatMap(folder => typescriptFiles(repository, folder).map(file => join(repository, file))),
]

t.test('no file is a drawer, and each is named in kebab case', async t => {
  for (const file of everySource) {
    t.notMatch(basename(file), drawers)
    t.match(basename(file), /^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/)
  }
})

t.test('files and functions are short enough to be read', async t => {
  for (const file of everySource) {
    const source = parse(file)
    const shown = file.slice(repository.length)
    const lines = source.getLineStarts().length
    t.ok(lines <= longestFile + 1, `${shown} has ${lines} lines, at most ${longestFile}`)
    for (const { name, own, whole } of functionsOf(source)) {
      const shownName = `${shown}: ${name}`
      t.ok(own <= longestFunction, `${shownName} has ${own} lines, at most ${longestFunction}`)
      t.ok(
        whole <= longestWholeFunction,
        `${shownName} has ${whole} lines with nested functions, at most ${longestWholeFunction}`,
      )
    }
  }
})

t.test('no class of a package has a field that other code can change', async t => {
  for (const { folder, sources } of packages) {
    for (const file of sources) {
      t.same(publicMutableFields(parse(join(folder, file))), [], file)
    }
  }
})

/** Returns whether a file imports only types from a package. */
function isTypeOnly(file: string, specifier: string): boolean {
  return parse(file).statements.every(
    statement =>
      !ts.isImportDeclaration(statement) ||
      !ts.isStringLiteral(statement.moduleSpecifier) ||
      statement.moduleSpecifier.text !== specifier ||
      statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
  )
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2023, true)
}
