/** Sorts packages so that each comes after the packages that it depends on. */
export function inPublishOrder(packages) {
  const byName = new Map(packages.map(each => [each.name, each]))
  const sorted = new Set()
  const add = each => {
    for (const name of Object.keys(each.manifest.dependencies ?? {}))
      if (byName.has(name)) add(byName.get(name))
    sorted.add(each)
  }
  for (const each of packages) add(each)
  return [...sorted]
}
