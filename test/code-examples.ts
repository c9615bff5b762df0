import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { compilerOptions, repository } from './packages.js'

/** A piece of documentation that is a TypeScript module. */
export interface CodeExample {
  /** Unique name, which its file has. */
  readonly name: string
  readonly code: string
}

/** Examples in a folder of their own below the repository, where the packages resolve by name. */
export class ExampleFolder {
  readonly #folder: string
  readonly #examples: readonly CodeExample[]

  constructor(name: string, examples: readonly CodeExample[]) {
    this.#folder = join(repository, name)
    this.#examples = examples
    this.remove()
    mkdirSync(this.#folder)
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }')
    for (const { name, code } of examples) writeFileSync(this.#file(name, 'ts'), withChecks(code))
  }

  /** Compiles the examples with the settings of the packages, and returns the errors. */
  compile(): string[] {
    const program = ts.createProgram(
      this.#examples.map(({ name }) => this.#file(name, 'ts')),
      {
        ...compilerOptions(),
        // Newer syntax stays as it is, so that the Node that runs the tests has to know it.
        target: ts.ScriptTarget.ESNext,
        // An example may show a value without using it.
        noUnusedLocals: false,
        outDir: this.#folder,
        rootDir: this.#folder,
      },
    )
    program.emit()
    return ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) =>
          `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      )
  }

  /**
   * Runs compiled examples in one process, and returns the errors of those that fail or
   * show another result than they have. An example that does not end fails them all.
   */
  async run(examples: readonly CodeExample[]): Promise<string[]> {
    const runner = join(this.#folder, 'run-all.js')
    writeFileSync(runner, runAll)
    const files = examples.map(({ name }) => this.#file(name, 'js'))
    const options = { cwd: this.#folder, timeout: 120_000, maxBuffer: 1 << 26 }
    const { stderr } = await promisify(execFile)(process.execPath, [runner, ...files], options)
    return stderr.split('\n').filter(line => line.startsWith('failed: '))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #file(name: string, extension: string): string {
    return join(this.#folder, `${name}.${extension}`)
  }
}

/** Program that imports each module of its arguments, and prints a line for each that fails. */
const runAll = `
for (const file of process.argv.slice(2)) {
  try {
    await import(file)
  } catch (error) {
    console.error('failed: ' + JSON.stringify(file + ': ' + error.stack))
  }
}
`

/** A comment `// => VALUE` behind an expression, on its line or on the next one. */
const result = /^[ \t]*\n?[ \t]*\/\/ => (.*)/

/** Returns the results that an example shows, as it writes them. */
export function shownResults(code: string): string[] {
  return resultsOf(code).map(({ value }) => value)
}

/** Returns an example that compares the results that it shows; each is a module of its own. */
function withChecks(code: string): string {
  const checked = resultsOf(code).reduceRight(
    (text, { from, to, value }) =>
      `${text.slice(0, from)}deepStrictEqual(${code.slice(from, to)}, ${value})${text.slice(to)}`,
    code,
  )
  return `import { deepStrictEqual } from 'node:assert/strict'\n${checked}\nexport {}\n`
}

function resultsOf(code: string): { from: number; to: number; value: string }[] {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ESNext, true)
  return source.statements.filter(ts.isExpressionStatement).flatMap(({ expression }) => {
    const [from, to] = [expression.getStart(source), expression.getEnd()]
    const value = result.exec(code.slice(to))?.[1]
    return value === undefined ? [] : [{ from, to, value }]
  })
}
