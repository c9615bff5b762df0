import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.js'

/** Returns the completion of a program for bash 4 or later, without the package bash-completion. */
export function bashScript(program: CompletedCommand): string {
  const { name, commands } = program
  const run = `_${name.replaceAll(/\W/g, '_')}_completion`
  const all = [program, ...commands]
  const names = commands.map(command => command.name)
  const isValue = unique(all.flatMap(({ options }) => options.filter(hasValue).flatMap(wordsOf)))
  return `# Completion of ${name} for bash. Use it with: source <(${name} --completion bash)
${run}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= at
  # bash splits --option=value into three words.
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
${cases([
  [isValue, '((at += 1))'],
  [names, 'command=${COMP_WORDS[at]}; break'],
])}
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${cases(all.flatMap(command => valueCases(command, command === program ? '' : command.name)))}
  esac
  case "$command $word" in
${cases(all.flatMap(command => wordCases(command, command === program ? '' : command.name)))}
  esac
}
${run}_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}
${run}_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F ${run} ${name}
`.replaceAll('@run', run)
}

/** Patterns of bash and the commands for them. */
type Case = readonly [patterns: readonly string[], commands: string]

function cases(list: readonly Case[]): string {
  return list
    .filter(([patterns]) => patterns.length > 0)
    .map(([patterns, commands]) => `      ${patterns.join(' | ')}) ${commands} ;;`)
    .join('\n')
}

/** Returns the cases of the word after an option that has a value. */
function valueCases({ options }: CompletedCommand, command: string): Case[] {
  return options.flatMap(({ words, value }) =>
    value ? [[words.map(word => `'${command} ${word}'`), `${replies([value])}; return`]] : [],
  )
}

/** Returns the cases of an option, and of a command or an argument. */
function wordCases({ options, arguments: given, commands }: CompletedCommand, command: string) {
  const names = commands.map(({ name }) => name)
  return [
    [[`'${command} -'*`], `@run_words '${unique(options.flatMap(wordsOf)).join(' ')}'`],
    [[`'${command} '*`], names.length > 0 ? `@run_words '${names.join(' ')}'` : replies(given)],
  ] as const
}

/** Returns the command that completes a value; that of the first argument that has any. */
function replies(values: readonly CompletedValue[]): string {
  const value = values.find(({ choices, isPath }) => choices.length > 0 || isPath)
  if (!value) return ':'
  return value.isPath ? '@run_paths' : `@run_words '${value.choices.join(' ')}'`
}

function hasValue({ value }: CompletedOption): boolean {
  return value !== undefined
}

function wordsOf({ words }: CompletedOption): readonly string[] {
  return words
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)]
}
