import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { packages, read, repository } from './packages.js'

const skeleton = [
  'What is this?',
  'When should I use this?',
  'Install',
  'Use',
  'API',
  'Outcomes and errors',
  'Related',
]

/** Examples are compiled below the repository, where the packages resolve by name. */
const workshop = join(repository, '.readme')

t.teardown(() => rmSync(workshop, { recursive: true, force: true }))
rmSync(workshop, { recursive: true, force: true })
mkdirSync(workshop)
writeFileSync(join(workshop, 'package.json'), '{ "type": "module" }')

const examples = packages.flatMap(({ folder, manifest }) =>
  codeBlocks(read(folder, 'README.md')).map(({ info, code }, i) => {
    const file = join(workshop, `${manifest.name}-${i + 1}.ts`)
    // Each block is a module of its own.
    writeFileSync(file, `${code}\nexport {}\n`)
    return { name: manifest.name, file, isRun: info === 'ts run' }
  }),
)

for (const { folder, manifest } of packages) {
  t.test(`the README of ${manifest.name} has the skeleton, and no more than fits`, async t => {
    const text = read(folder, 'README.md')
    t.same(
      [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
      skeleton,
    )
    const lines = text.split('\n').length
    t.ok(lines >= 40 && lines <= 160, `${lines} lines`)
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      t.ok(existsSync(join(folder, target)), `${target} exists`)
    }
  })
}

t.test('the examples in the READMEs compile', async t => {
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.base.json'), ts.sys.readFile) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repository)
  const program = ts.createProgram(
    examples.map(({ file }) => file),
    {
      ...options,
      composite: false,
      // Newer syntax stays as it is, so that the Node that runs the tests has to know it.
      target: ts.ScriptTarget.ESNext,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      // An example may show a value without using it.
      noUnusedLocals: false,
      outDir: workshop,
      rootDir: workshop,
    },
  )
  const faults = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
  t.same(faults, [])
  t.ok(examples.length >= packages.length, 'each README has one')
  program.emit()
})

t.test('the examples that need nothing but Node run', async t => {
  const runnable = examples.filter(({ isRun }) => isRun)
  t.ok(runnable.length > 0)
  for (const { file, name } of runnable) {
    t.doesNotThrow(
      () => execFileSync(process.execPath, [file.replace(/\.ts$/, '.js')], { cwd: workshop }),
      name,
    )
  }
})

function codeBlocks(text: string): { info: string; code: string }[] {
  return [...text.matchAll(/^```(ts(?: run)?)\n([^]*?)^```$/gm)].map(
    ([, info = '', code = '']) => ({ info, code }),
  )
}
