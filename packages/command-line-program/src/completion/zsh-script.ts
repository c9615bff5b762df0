import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.js'

/** Returns the completion of a program for zsh. It is a file of `fpath` as well as a script to source. */
export function zshScript(program: CompletedCommand): string {
  const { name, commands } = program
  const run = `_${name.replaceAll(/\W/g, '_')}`
  const list = commands.map(each => `    ${quoted(`${each.name}:${each.description}`)}`)
  const own = commands.map(each => `    ${each.name}) ${argumentsOf(each)} ;;`)
  const body =
    commands.length === 0
      ? `  ${argumentsOf(program)}`
      : `  local state line
  local -a commands
  commands=(
${list.join('\n')}
  )
  _arguments -C ${[...program.options.flatMap(optionSpecs), "'1: :->command'", "'*:: :->rest'"].join(' ')}
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
${own.join('\n')}
    esac
    ;;
  esac`
  return `#compdef ${name}
# Completion of ${name} for zsh. Use it after compinit with: source <(${name} --completion zsh)
${run}() {
${body}
}
if [[ $funcstack[1] == ${run} ]]; then ${run} "$@"; else compdef ${run} ${name}; fi
`
}

function argumentsOf({ options, arguments: given, isVariadic }: CompletedCommand): string {
  const places = given.map((value, i) => {
    const place = isVariadic && i === given.length - 1 ? '*' : `${i + 1}`
    return quoted(`${place}${valueSpec(value)}`)
  })
  return ['_arguments', ...options.flatMap(optionSpecs), ...places].join(' ')
}

function optionSpecs({ words, description, value, isRepeatable }: CompletedOption): string[] {
  const end = `[${escaped(description, '[]')}]${value ? valueSpec(value) : ''}`
  return words.map(word => {
    const both = value && word.startsWith('--') ? '=' : ''
    return quoted(`${isRepeatable ? '*' : ''}${word}${both}${end}`)
  })
}

function valueSpec({ name, choices, isPath }: CompletedValue): string {
  const action = choices.length > 0 ? `(${choices.join(' ')})` : isPath ? '_files' : ' '
  return `:${escaped(name, ':')}:${action}`
}

function escaped(text: string, characters: string): string {
  return Array.from(text, character =>
    characters.includes(character) || character === '\\' ? `\\${character}` : character,
  ).join('')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
