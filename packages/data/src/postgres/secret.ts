/** A URL with a scheme and a user, or a `password=` of a connection string. */
const URL_SECRET = /([a-z][a-z0-9+.-]*:\/\/)([^\s"]*)(?=@)/gi
const WORD_SECRET = /(\bpass(?:word|wd)?\s*=\s*)('[^']*'|[^\s"'&]+)/gi

/** Whether a text is a connection to PostgreSQL. */
export const isConnection = (text: string): boolean => /^\s*postgres(ql)?:/i.test(text)

const masked = (_: string, before: string, secret: string): string => `${before}${'*'.repeat(secret.length)}`

/** A text of the same length without the users and passwords of connections. */
export const withoutSecrets = (text: string): string => text.replace(URL_SECRET, masked).replace(WORD_SECRET, masked)
