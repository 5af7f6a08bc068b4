import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ExportedGraph, ML_OPSET, type OnnxExport, OPSET, onnxExport } from '@recspec/export'
import { answer } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { checkDestination, checkFolder } from '../output/destination.js'
import { save } from '../output/save.js'
import { version } from '../project/version.js'
import type { ExportFormat, ExportOptions } from './format.js'

/** `recspec export --to onnx`: a folder with the score and both towers as graphs of ONNX. */
export const onnx: ExportFormat = {
  name: 'onnx',
  summary: 'graphs of ONNX, a folder: score.onnx, and user.onnx and item.onnx where the score is a product',
  write: (context, path, options) =>
    withModel(context, path, options, async ({ model }) => {
      const folder = resolve(context.host.cwd, options.out)
      await checkOut(folder, options.out)
      const written = await onnxExport(model, version())
      for (const { name } of written.files)
        await checkDestination(join(folder, name), `--out ${join(options.out, name)}`)
      for (const { name, bytes } of written.files) await save(join(folder, name), bytes)
      if (options.json) answer(context, jsonOf(written, options))
      else context.host.out(textOf(written, options.out))
    }),
}

/** Refuses a path that is a file, or a folder that cannot be written to. */
const checkOut = async (folder: string, out: string): Promise<void> => {
  const there = await stat(folder).catch(() => undefined)
  if (there && !there.isDirectory())
    throw failure('document', `--out ${out} is a file`, 'name a folder: score.onnx and the towers are written to it')
  await checkFolder(folder, `--out ${out}`)
}

const jsonOf = ({ files, graphs, constant, obstacle }: OnnxExport, { out }: ExportOptions) => ({
  out,
  files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
  opset: OPSET,
  mlOpset: ML_OPSET,
  graphs,
  ...(constant === undefined ? {} : { constant }),
  ...(obstacle === undefined ? {} : { obstacle }),
})

const textOf = ({ graphs, constant, obstacle }: OnnxExport, out: string): string =>
  [
    ...graphs.map((graph) => `saved ${join(out, graph.file)}: ${signature(graph)}\n`),
    `opset ${OPSET}, and ${ML_OPSET} of ai.onnx.ml\n`,
    obstacle === undefined
      ? `the score that ranks is the dot product of the vectors${constant === 0 ? '' : ` plus ${constant}`}\n`
      : `no towers: the score that ranks is not a product of both sides: ${obstacle}\n`,
  ].join('')

/** `user string[batch], item string[batch] -> score float[batch]` */
const signature = ({ inputs, outputs }: ExportedGraph): string => {
  const side = (slots: ExportedGraph['inputs']) =>
    slots.map(({ name, type, dims }) => `${name} ${type}[${dims.join(', ')}]`).join(', ')
  return `${side(inputs)} -> ${side(outputs)}`
}
