/** A release of HAProxy that the fake can behave as. */
export type FakeVersion = '2.6' | '3.0' | '3.2'

/** Differences between the releases, as far as the fake implements them. */
export interface Profile {
  readonly version: string
  /** `reload` answers with `Success=` and the start-up log; without it the master just closes. */
  readonly reloadReport: boolean
  readonly cookieOnAdd: boolean
  readonly waitCommand: boolean
  /** Returns the start of the reply to an unknown command; a list of known ones follows. */
  unknownCommand(text: string): string
}

/** The profiles. This package's tests compare those of 2.6 and 3.0 with the real releases. */
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

/** Returns a release's profile; throws for a release that the fake does not know. */
export function profileOf(version: string): Profile {
  if (Object.hasOwn(profiles, version)) return profiles[version as FakeVersion]
  throw new TypeError(
    `The fake HAProxy cannot behave as release ${JSON.stringify(version)}: ` +
      `expected one of ${Object.keys(profiles).toSorted().join(', ')}`,
  )
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
