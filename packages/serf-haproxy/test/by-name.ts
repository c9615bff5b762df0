/** Returns members as a map by name. */
export function byName<M extends { readonly name: string }>(
  ...members: readonly M[]
): ReadonlyMap<string, M> {
  return new Map(members.map(member => [member.name, member]))
}
