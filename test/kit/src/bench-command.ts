import { Command, InvalidArgumentError } from 'commander'

/**
 * Makes the command of a bench, fuzz run or proof. A usage error ends the
 * process with one line and exit code 2, before anything is started.
 *
 * @param name - the command as a person types it, such as `npm run fuzz --`
 */
export function benchCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
}

/** Returns a parser of whole numbers for an option or argument of a {@link benchCommand}. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return text => {
    if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
    const range = `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
    throw new InvalidArgumentError(`Expected a whole number from ${range}.`)
  }
}

/** The seed of a run that is not repeated. */
const newSeed = (): number => Date.now() % 2 ** 31

/** Adds the number of runs, the seed and `--json` to a {@link benchCommand}; they are read from the process's arguments. */
export function fuzzOptions(
  command: Command,
  runs: { readonly name: string; readonly default: number; readonly most?: number },
): { readonly runs: number; readonly seed: number } {
  command
    .argument(
      `[${runs.name}]`,
      'how many',
      wholeNumber(1, runs.most ?? 1_000_000_000),
      runs.default,
    )
    .argument('[seed]', 'seed of a run to be repeated', wholeNumber(0, 2 ** 32 - 1))
    .parse()
  const [count, seed] = command.processedArgs as [number, number | undefined]
  return { runs: count, seed: seed ?? newSeed() }
}
