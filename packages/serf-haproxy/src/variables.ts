/** Prefix of the environment variables. */
export const variablePrefix = 'SERF_HAPROXY_'

/** The variable with the path of the configuration file. */
export const fileVariable = `${variablePrefix}CONFIG`
