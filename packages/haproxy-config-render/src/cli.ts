import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { compileTemplate } from './compile-template.js'
import { defaultTemplate } from './default-template.js'
import { parseModel } from './proxy-model.js'
import { RenderError } from './render-error.js'

interface Flags {
  template?: string
  model: string
  check?: true
  json?: true
}

const program = new Command('haproxy-config-render')
  .description('print the HAProxy configuration for a model')
  .requiredOption('--model <file>', 'the model, as JSON')
  .option('--template <file>', 'a Handlebars template; the lossless default where none is given')
  .option('--check', 'have haproxy check the configuration before it is printed')
  .option('--json', 'print text, pools and server lines as JSON')
  .exitOverride()

try {
  program.parse()
  render(program.opts())
} catch (error) {
  if (error instanceof RenderError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    throw error
  }
}

function render(flags: Flags): void {
  const template =
    flags.template === undefined
      ? defaultTemplate
      : compileTemplate(read(flags.template), { name: basename(flags.template) })
  const rendered = template.render(parseModel(readJson(flags.model)))
  if (flags.check) check(rendered.text)
  process.stdout.write(flags.json ? `${JSON.stringify(rendered, null, 2)}\n` : rendered.text)
}

function check(text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'haproxy-config-render-'))
  try {
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, text, { mode: 0o600 })
    execFileSync('haproxy', ['-c', '-f', file], { stdio: 'pipe' })
  } catch (error) {
    program.error(`error: ${checkFault(error)}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function checkFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT') {
    return 'haproxy is not on the PATH, wanted for --check; install it, as in: apt-get install haproxy'
  }
  const report = 'stderr' in error ? String(error.stderr) : error.message
  return `haproxy refuses the configuration:\n${report}`
}

function readJson(file: string): unknown {
  const text = read(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    return program.error(`error: ${file} is no JSON: ${reasonOf(error)}`)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return program.error(`error: cannot read ${file}: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
