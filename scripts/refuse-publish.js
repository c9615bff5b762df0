// `npm publish` in the folder of a package would publish it without its licence
// and addresses.
console.error(
  'error: a package is published from its tarball: run npm run pack at the root of the repository, and npm publish TARBALL',
)
process.exitCode = 2
