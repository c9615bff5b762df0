// The texts that `npm run release` prints.

/** The first columns of the table are texts, the others are numbers. */
const textColumns = 2

/** Returns the packages of a release as a table. */
export function tableOf(packages) {
  const head = ['package', 'version', 'tarball kB', 'files', 'dependencies']
  const rows = packages.map(({ name, version, size, files, dependencies }) =>
    [name, version, (size / 1000).toFixed(0), files, dependencies].map(String),
  )
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i].length)))
  return [head, ...rows]
    .map(row =>
      row
        .map((cell, i) => (i < textColumns ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  '),
    )
    .join('\n')
}

/** Returns what to do after a release without upload. */
export function nextSteps(out) {
  return [
    'Nothing was uploaded, tagged or pushed. Next steps:',
    `1. Read ${out}/CHANGES.md.`,
    `2. Check the files: cd ${out} && sha256sum --check SHA256SUMS`,
    '3. Try a package in an empty folder: npm install TARBALL',
    '4. Publish: push a tag release-DATE for the workflow, or run npm run release without --dry-run.',
  ].join('\n')
}

/** Returns the part of a release that programs read. */
export function dataOf({ packages, date, out, isDryRun }) {
  const named = packages.map(each => {
    const { name, version, tag, tarball, billOfMaterials, integrity, result } = each
    const { size, files, dependencies } = each
    const counts = { size, files, dependencies }
    return { name, version, tag, tarball, billOfMaterials, integrity, ...counts, result }
  })
  return { date, dryRun: isDryRun, folder: out, packages: named }
}
