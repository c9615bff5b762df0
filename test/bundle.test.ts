import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { repository } from './packages.js'

/** One file of the bundle, by esbuild's account. */
interface Output {
  readonly bytes: number
  readonly entryPoint?: string
  readonly imports: readonly { path: string; kind: string; external?: boolean }[]
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>
}

const script = `import { readdirSync, readFileSync } from 'node:fs'
  import { join } from 'node:path'
  import { bundle, bundleFolder } from './bundle.js'
  const { files, metafile } = await bundle()
  const same = ([name, text]) => text === readFileSync(join(bundleFolder, name), 'utf8')
  const present = readdirSync(bundleFolder).sort()
  const made = [...files.keys()].sort()
  const isFresh = String(present) === String(made) && [...files].every(same)
  process.stdout.write(JSON.stringify({ isFresh, outputs: metafile.outputs, made }))`

const { isFresh, outputs, made } = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(repository, 'scripts'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }),
) as { isFresh: boolean; outputs: Readonly<Record<string, Output>>; made: readonly string[] }

/** Returns the files that Node reads with the program's first one and the module of a command. */
function filesOf(command?: string): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (path: string) => {
    if (found.has(path)) return
    found.add(path)
    const own = outputs[path]?.imports.filter(({ kind }) => kind === 'import-statement') ?? []
    for (const { path, external } of own) if (!external) add(path)
  }
  add(entryOf('dist/src/cli.js'))
  if (command !== undefined) add(entryOf(`dist/src/commands/${command}.js`))
  return found
}

function entryOf(module: string): string {
  const [path] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === module) ?? []
  if (path === undefined) throw new Error(`expected a file of the bundle for ${module}, got none`)
  return path
}

/** Returns the modules with text in these files, and the size of the files. */
function contentOf(files: ReadonlySet<string>): { modules: string[]; bytes: number } {
  const list = [...files].flatMap(file => outputs[file] ?? [])
  const inputs = list.flatMap(({ inputs }) => Object.entries(inputs))
  return {
    modules: inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

t.test('the bundle is made from the modules that are compiled', async t => {
  t.ok(isFresh, 'expected the bundle of this build; make it with: npm run build')
  t.ok(made.includes('LICENSES.txt'), 'with the licences of what it contains')
})

t.test('the version needs neither the schema of the configuration nor the agent', async t => {
  const { modules, bytes } = contentOf(filesOf())
  t.ok(modules.some(path => path.endsWith('/src/cli.js')))
  t.same(
    modules.filter(path => /node_modules\/(?!commander\/)|\/(?:agent|configuration)\//.test(path)),
    [],
  )
  t.ok(bytes < 80_000, `${bytes} bytes`)
})

t.test('a command that asks the agent needs no schema of the configuration', async t => {
  for (const command of ['status', 'members', 'explain', 'history', 'mode', 'handler']) {
    const { modules, bytes } = contentOf(filesOf(command))
    t.ok(modules.some(path => path.endsWith(`/src/commands/${command}.js`)))
    t.same(
      modules.filter(path =>
        /node_modules\/(?!commander\/)|\/configuration\/schema\.js/.test(path),
      ),
      [],
      command,
    )
    t.ok(bytes < 120_000, `${command}: ${bytes} bytes`)
  }
})

t.test('the agent starts without the modules of other commands', async t => {
  const { modules, bytes } = contentOf(filesOf('run'))
  t.ok(modules.some(path => path.endsWith('/src/agent/agent-loop.js')))
  const others =
    /\/src\/(?:doctor|page|recording\/replay|fake-agent)\b|\/commands\/(?:check|doctor|init|render)\b|zod\/.*\/locales\/(?!en\b)|haproxy-sdk|re2js/
  t.same(
    modules.filter(path => others.test(path)),
    [],
  )
  t.ok(bytes < 1_350_000, `${bytes} bytes`)
  t.ok(filesOf('run').size < 45, `${filesOf('run').size} files`)
})
