/** The file of a page's worker, which the build writes from `code` in `browser.ts`: it exports nothing. */
export {}
