import { renameSync, writeFileSync } from 'node:fs'
import { runProgram } from 'command-line-program'
import { Command } from 'commander'
import { checkConfiguration, ConfigTextError } from 'haproxy-config-text'
import {
  compileFile,
  leftOut,
  pairOf,
  partialsOf,
  readModel,
  type FileFlags,
} from './command-line-files.js'
import { json, lintPaths, lintRendered, type LintReport } from './lint-command.js'
import type { Template } from '../template/compile-template.js'
import { defaultTemplate } from '../template/default-template.js'
import type { Rendered } from '../output/rendered.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { renderWithoutRejected, type Check } from '../check/render-without-rejected.js'
import { RenderError } from '../render-error.js'
import { version } from '../version.js'

interface Flags extends FileFlags {
  template?: string
  output: string[]
  check?: true
  bisect?: true
  lint?: true
  explain?: string
  haproxy: string
  json?: true
}

const program: Command = new Command('haproxy-config-render')
  .description('Print the HAProxy configuration for a model, or lint any configuration.')
  .argument(
    '[file...]',
    'with --lint and without a model: files or folders as behind haproxy -f; - is stdin',
  )
  .version(version, '--version', 'print the version')
  .option('--model <file>', 'the model, as JSON or YAML; required without --lint FILE')
  .option('--members <file>', 'a list of cluster members; --model then holds the pool policy')
  .option('--template <file>', 'a Handlebars template (default: the built-in one)')
  .option('--partial <name=file>', 'a partial for the templates; repeatable', append, [])
  .option(
    '--output <template=file>',
    'write a file instead of stdout; repeatable, all or none',
    append,
    [],
  )
  .option('--check', 'have HAProxy check the configuration before it is printed')
  .option('--bisect', 'with --check: leave out members whose lines HAProxy rejects')
  .option('--haproxy <program>', 'executable for the check', 'haproxy')
  .option('--lint', 'print settings that lose requests or hinder changes, not the configuration')
  .option('--explain <line>', 'print the template line and the member behind this output line')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 success, 1 the check or the lint found a problem (--lint FILE: one of level error), 2 bad input.',
  )
  .action(run)

await runProgram(program, {
  describeError: error =>
    error instanceof RenderError || error instanceof ConfigTextError
      ? { message: error.message, exitCode: 2 }
      : undefined,
})

async function run(): Promise<void> {
  // Commander's own check of required options would hide an unknown option next to it.
  const { model, ...flags } = program.opts<Partial<Flags> & Omit<Flags, 'model'>>()
  if (program.args.length > 0) report(await lintPaths(filesToLint(), flags.json === true))
  else if (model !== undefined) await main({ ...flags, model })
  else if (process.argv.length === 2) program.help({ error: true })
  else
    program.error("error: required option '--model <file>' not specified; --lint FILE needs none")
}

/** Returns the files to lint. They are an error without `--lint`, and next to an option about a model. */
function filesToLint(): readonly string[] {
  const given = Object.keys(program.opts()).filter(
    name => program.getOptionValueSource(name) !== 'default',
  )
  const others = given.filter(name => name !== 'lint' && name !== 'json')
  if (!given.includes('lint'))
    program.error(`error: too many arguments: files are for --lint, got ${program.args[0]}`)
  if (others.length > 0)
    program.error(
      `error: expected --lint with files alone, or with --model, got --${others.join(', --')}`,
    )
  return program.args
}

function report({ text, exitCode }: LintReport): void {
  process.stdout.write(text)
  process.exitCode = exitCode
}

async function main(flags: Flags): Promise<void> {
  const { model, notes } = readModel(flags)
  for (const text of notes) note(text)
  if (flags.output.length > 0) return writeOutputs(flags, model)
  const template =
    flags.template === undefined ? defaultTemplate : compileFile(flags.template, flags)
  const rendered = await renderChecked(template, model, flags)
  if (!rendered) return
  for (const one of rendered.quarantined) note(leftOut(one))
  if (flags.explain !== undefined) explain(rendered, template, flags)
  else if (flags.lint) report(lintRendered(rendered, flags.json === true))
  else process.stdout.write(flags.json ? json(rendered) : rendered.text)
}

async function renderChecked(
  template: Template,
  model: ProxyModel,
  { check: isChecked, bisect, haproxy: binary }: Flags,
): Promise<Rendered | undefined> {
  if (!isChecked && !bisect) return template.render(model)
  const check: Check = (text, { signal }) => checkConfiguration(text, { binary, signal })
  // Without the search there is only one check.
  const found = await renderWithoutRejected(template, model, check, {
    maxChecks: bisect ? 64 : 1,
  })
  if (found.kind === 'rejected') {
    fail(`HAProxy rejects the configuration:\n${found.report}`, 1)
    return undefined
  }
  for (const one of found.quarantined) note(leftOut(one))
  return found.rendered
}

function explain({ text, sourceMap }: Rendered, template: Template, flags: Flags): void {
  const number = Number(flags.explain)
  const origin = sourceMap[number - 1]
  if (!origin) {
    throw new RenderError('invalid-model', 'The configuration has no such line', {
      got: String(flags.explain),
      expected: `a number from 1 to ${sourceMap.length}`,
    })
  }
  const { template: file, templateLine, pool, server } = origin
  const source = partialsOf(flags)[file] ?? template.source
  const facts = {
    ...origin,
    text: text.split('\n')[number - 1],
    source: source.split('\n')[templateLine - 1],
  }
  const lines = [
    `line ${number}: ${facts.text}`,
    `template: ${file}:${templateLine}: ${facts.source}`,
    `member: ${server === undefined ? 'none' : `${server}${pool ? ` of pool ${pool}` : ''}`}`,
  ]
  process.stdout.write(flags.json ? json(facts) : `${lines.join('\n')}\n`)
}

/** Renders everything before it writes anything, and never leaves half a file. */
function writeOutputs(flags: Flags, model: ProxyModel): void {
  const outputs = new Map<string, string>()
  for (const pair of flags.output) {
    const [source, file] = pairOf(pair, '--output template=file')
    const { text, quarantined, files = [] } = compileFile(source, flags).render(model)
    for (const one of quarantined) note(leftOut(one))
    outputs.set(file, text)
    // The maps of the model's routes.
    for (const map of files) outputs.set(map.path, map.text)
  }
  for (const [file, text] of outputs) writeFileSync(`${file}.new`, text, { mode: 0o600 })
  for (const file of outputs.keys()) renameSync(`${file}.new`, file)
}

function append(value: string, before: string[]): string[] {
  return [...before, value]
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

function fail(message: string, exitCode: number): void {
  note(`error: ${message}`)
  process.exitCode = exitCode
}
