import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.js'

/** Returns the completion of a program for fish. */
export function fishScript(program: CompletedCommand): string {
  const { name, commands } = program
  const lines = commands.length === 0 ? ofCommand(program, []) : ofProgram(program)
  const complete = lines.map(words => ['complete', '--command', name, ...words].join(' '))
  return `# Completion of ${name} for fish. Use it with: ${name} --completion fish | source
${[`complete --command ${name} --no-files`, ...complete].join('\n')}
`
}

type Words = readonly string[]

function ofProgram({ options, commands }: CompletedCommand): Words[] {
  const names = commands.map(({ name }) => name).join(' ')
  const atFirst = ['--condition', quoted(`not __fish_seen_subcommand_from ${names}`)]
  return [
    ...options.map(option => [...atFirst, ...optionWords(option)]),
    ...commands.map(({ name, description }) => [
      ...atFirst,
      '--arguments',
      name,
      '--description',
      quoted(description),
    ]),
    ...commands.flatMap(command =>
      ofCommand(command, ['--condition', quoted(`__fish_seen_subcommand_from ${command.name}`)]),
    ),
  ]
}

function ofCommand({ options, arguments: given }: CompletedCommand, condition: Words): Words[] {
  const values = given.filter(({ choices, isPath }) => choices.length > 0 || isPath)
  return [
    ...options.map(option => [...condition, ...optionWords(option)]),
    ...values.slice(0, 1).map(value => [...condition, ...valueWords(value)]),
  ]
}

function optionWords({ words, description, value }: CompletedOption): Words {
  const names = words.flatMap(word =>
    word.startsWith('--') ? ['--long-option', word.slice(2)] : ['--short-option', word.slice(1)],
  )
  const own = value ? ['--require-parameter', ...valueWords(value)] : []
  return [...names, ...own, '--description', quoted(description)]
}

function valueWords({ choices, isPath }: CompletedValue): Words {
  if (choices.length > 0) return ['--no-files', '--arguments', quoted(choices.join(' '))]
  return isPath ? ['--force-files'] : ['--no-files']
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
