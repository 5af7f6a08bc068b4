import { freemem, totalmem } from 'node:os'
import { backends } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { type PluginOptions, type RuntimeOptions, withJson, withPlugins, withRuntime } from '../input/options.js'
import { formatBytes, table } from '../output/table.js'
import { loadPlugins } from '../project/plugins.js'
import { openRuntime } from '../project/runtime.js'
import { loadTensorflow } from '../project/tensorflow.js'
import { version } from '../project/version.js'

/** `recspec doctor`: what runs on this machine, and how to make it faster. */
export const doctorCommand = (context: Context): Command =>
  withPlugins(withRuntime(withJson(new Command('doctor'))))
    .description('show what runs here, and how to make it faster')
    .action(async (options: RuntimeOptions & PluginOptions & { readonly json?: true }) => {
      const { host } = context
      // it counts as there only once it is loaded
      loadTensorflow(host.cwd)
      const runtime = await openRuntime(host, options)
      const { implementation, threads } = runtime.kernels
      await runtime.kernels.close()
      const plugins = (await loadPlugins(host.cwd, options.plugin ?? [])).map(({ name }) => name)
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
    })
