/** Environment variables of a process. */
export interface Environment {
  readonly values: Readonly<Record<string, string>>
  /** False if the process may have others. */
  readonly isWhole: boolean
}

/** `${NAME}`, `${NAME-default}` and `$NAME`; `${NAME[*]}` is several words. */
const reference = /\$(?:\{(\w+)(\[\*\])?(?:-([^}]*))?\}|(\w+))/g

/**
 * The environment variables of HAProxy while it reads a text: those of its
 * process, and those that `global` sets, in the order of the lines.
 */
export class HaproxyEnvironment {
  /** Undefined for a variable whose value is not known. */
  readonly #values: Map<string, string | undefined>
  #areOthersKnown: boolean

  constructor({ values, isWhole }: Environment) {
    this.#values = new Map(Object.entries(values))
    this.#areOthersKnown = isWhole
  }

  /** Takes a line of `global` in, if it changes a variable. */
  read([keyword, name = '', value = '']: readonly string[]): void {
    if (keyword === 'setenv') this.#values.set(name, this.expand(value))
    else if (keyword === 'unsetenv') this.#values.set(name, '')
    else if (keyword === 'presetenv') this.#preset(name, value)
    else if (keyword === 'resetenv') {
      // It keeps the variables that it names, and HAProxy's own.
      this.#values.clear()
      this.#areOthersKnown = false
    }
  }

  /** Returns a word with the values of its variables; undefined if one is not known. */
  expand(word: string): string | undefined {
    let isKnown = true
    const expanded = word.replaceAll(
      reference,
      (_, braced?: string, list?: string, fallback?: string, plain?: string) => {
        const value = this.#valueOf(braced ?? plain ?? '')
        if (value === undefined || list !== undefined) isKnown = false
        return value === '' ? (fallback ?? '') : (value ?? '')
      },
    )
    return isKnown ? expanded : undefined
  }

  #preset(name: string, value: string): void {
    if (this.#values.has(name)) return
    this.#values.set(name, this.#areOthersKnown ? this.expand(value) : undefined)
  }

  /** Returns the value, empty for a variable that is not set; undefined if it is not known. */
  #valueOf(name: string): string | undefined {
    if (this.#values.has(name)) return this.#values.get(name)
    return this.#areOthersKnown ? '' : undefined
  }
}
