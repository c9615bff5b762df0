/** Features of a HAProxy release that 2.6 lacks. */
export interface Capabilities {
  /** Release line, such as 2.6. */
  readonly release: string
  /** `reload` on the master socket answers with the result. */
  readonly reloadReport: boolean
  /** HAProxy itself sets the dynamic cookie of a server that is added. */
  readonly cookieOnAdd: boolean
  /** HAProxy has the command `wait … srv-removable`. */
  readonly waitRemovable: boolean
}

/** Returns the capabilities of a version as HAProxy prints it, such as `2.6.12-1+deb12u4`. */
export function capabilitiesOf(version: string): Capabilities {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? []
  const from = (firstMajor: number, firstMinor: number) =>
    Number(major) > firstMajor || (Number(major) === firstMajor && Number(minor) >= firstMinor)
  return {
    release: `${major}.${minor}`,
    reloadReport: from(2, 7),
    cookieOnAdd: from(3, 0),
    waitRemovable: from(3, 0),
  }
}
