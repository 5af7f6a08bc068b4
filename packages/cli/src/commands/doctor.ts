import { freemem, totalmem } from 'node:os'
import { backends } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { EXIT } from '../exit.js'
import { type PluginOptions, type RuntimeOptions, withJson, withPlugins, withRuntime } from '../input/options.js'
import { formatBytes, table } from '../output/table.js'
import { loadPlugins } from '../project/plugins.js'
import { openRuntime } from '../project/runtime.js'
import { loadTensorflow } from '../project/tensorflow.js'
import { version } from '../project/version.js'

/**
 * `recspec doctor`: what runs on this machine, and how to make it faster; with `--plugin`, whether a plugin keeps its
 * contract.
 */
export const doctorCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(new Command('doctor'))))
    .description('show what runs here, and how to make it faster; with --plugin, check a plugin')
    .action(async (options: RuntimeOptions & PluginOptions & { readonly json?: true }) => {
      const { host } = context
      // it counts as there only once it is loaded
      loadTensorflow(host.cwd)
      const runtime = await openRuntime(host, options)
      const { implementation, threads } = runtime.kernels
      await runtime.kernels.close()
      const plugins = (await loadPlugins(host.cwd, options.plugin ?? [])).map(({ name }) => name)
      const checked = await conformance(host.cwd, options.plugin ?? [])
      if (checked.some(({ plugin }) => plugin.faults.length > 0)) context.code = EXIT.plugin
      const others = backends().filter((name) => name !== runtime.backend)
      const faster = others.includes('wasm') ? 'wasm, the default: leave --backend out' : undefined
      const memory = { free: freemem(), total: totalmem() }
      if (options.json)
        return answer(context, {
          version: version(),
          node: process.versions.node,
          platform: `${process.platform} ${process.arch}`,
          kernels: { implementation, threads },
          backend: runtime.backend,
          why: runtime.why,
          others,
          faster: faster ?? null,
          plugins,
          ...(checked.length > 0 ? { checked: checked.map(({ plugin }) => plugin) } : {}),
          memory,
        })
      host.out(
        table([
          ['recspec', version()],
          ['node', `${process.versions.node}, ${process.platform} ${process.arch}`],
          ['backend', `${runtime.backend}: ${runtime.why}`],
          ['others', others.join(', ') || 'none'],
          ['faster', faster ?? 'this is the fastest backend'],
          ['kernels', `${implementation}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`],
          ['plugins', plugins.join(', ')],
          ['memory', `${formatBytes(memory.free)} of ${formatBytes(memory.total)} free`],
        ]),
      )
      for (const { text } of checked) host.out(text)
    })

/** The plugins that `--plugin` names, checked, each with its text. The kit is loaded where there is one to check. */
const conformance = async (cwd: string, named: readonly string[]) => {
  if (named.length === 0) return []
  const { checkPlugins } = await import('../project/conformance.js')
  const { printConformance } = await import('../output/conformance.js')
  const checked = await checkPlugins(cwd, named, import.meta.dirname)
  return checked.map((plugin) => ({ plugin, text: printConformance(plugin) }))
}
