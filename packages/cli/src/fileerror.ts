const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EISDIR', 'is a directory'],
  ['ENOTDIR', 'a part of the path is a file'],
  ['EACCES', 'no permission'],
  ['EPERM', 'no permission'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file system does not take a file of this size'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ELOOP', 'a symbolic link points back to itself'],
])

/** Why the file system refused, in words. */
export const fileReason = (error: unknown): string =>
  REASONS.get((error as NodeJS.ErrnoException).code) ?? (error as Error).message

/** Whether an error comes from the file system. */
export const isFileError = (error: unknown): boolean => error instanceof Error && 'syscall' in error && 'code' in error
