import { defineConfig } from 'vitepress'
import { slug } from '../markdown.js'
import { sidebar } from '../sidebar.js'
import { drawings } from './drawing.js'
import { filenames } from './filenames.js'

export default defineConfig({
  title: 'recspec',
  description: 'Recommender models as JSON documents',
  base: process.env.DOCS_BASE ?? '/',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.vitepress',
  // nothing is fetched that the site does not have itself
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    config: (markdown) => {
      drawings(markdown)
      filenames(markdown)
    },
    html: false,
    anchor: { slugify: slug },
    headers: { slugify: slug },
    theme: { light: 'github-light', dark: 'github-dark' },
  },
  // a page of the reference is large
  vite: { build: { chunkSizeWarningLimit: 1000 } },
  themeConfig: {
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    nav: [{ text: 'Source', link: 'https://github.com/recspec/recspec' }],
    editLink: {
      pattern: ({ frontmatter }) => `https://github.com/recspec/recspec/blob/main/${frontmatter.source}`,
      text: 'The file of this page',
    },
  },
})
