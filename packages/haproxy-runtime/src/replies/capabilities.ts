/** What a release of HAProxy can do at run time, beyond what 2.6 can. */
export interface Capabilities {
  /** Release line, such as 2.6. */
  readonly release: string
  /** `reload` on the master socket answers with the result. */
  readonly reloadReport: boolean
  /** A server that is added gets its dynamic cookie by itself. */
  readonly cookieOnAdd: boolean
  /** `wait … srv-removable` is understood. */
  readonly waitRemovable: boolean
}

/** The capabilities of a version as HAProxy prints it, such as `2.6.12-1+deb12u4`. */
export function capabilitiesOf(version: string): Capabilities {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? []
  const from = (wantedMajor: number, wantedMinor: number) =>
    Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor)
  return {
    release: `${major}.${minor}`,
    reloadReport: from(2, 7),
    cookieOnAdd: from(3, 0),
    waitRemovable: from(3, 0),
  }
}
