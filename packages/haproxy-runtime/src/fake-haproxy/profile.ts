/** A release of HAProxy that the fake behaves as. */
export type FakeVersion = '2.6' | '3.0' | '3.2'

/** Where the releases differ, as far as the fake goes. */
export interface Profile {
  readonly version: string
  /** `reload` answers `Success=` and the start-up log; before, the master just closes. */
  readonly reloadReport: boolean
  readonly cookieOnAdd: boolean
  readonly waitCommand: boolean
  /** The words with which an unknown command is answered, before the list of known ones. */
  unknownCommand(text: string): string
}

/** The profiles. Those of 2.6 and 3.0 are compared with the real ones by this package's tests. */
export const profiles: Readonly<Record<FakeVersion, Profile>> = {
  2.6: {
    version: '2.6.12',
    reloadReport: false,
    cookieOnAdd: false,
    waitCommand: false,
    unknownCommand: () => 'Unknown command, but maybe one of the following ones is a better match:',
  },
  '3.0': { version: '3.0.11', ...recent() },
  3.2: { version: '3.2.4', ...recent() },
}

function recent(): Omit<Profile, 'version'> {
  return {
    reloadReport: true,
    cookieOnAdd: true,
    waitCommand: true,
    unknownCommand: text =>
      `Unknown command: '${text.split(' ')[0]}', but maybe one of the following ones is a better match:`,
  }
}
