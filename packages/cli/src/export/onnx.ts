import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ExportedGraph, ML_OPSET, type OnnxExport, OPSET, onnxExport } from '@recspec/export'
import { answer } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { checkDestination, folderOf } from '../output/destination.js'
import { save } from '../output/save.js'
import { version } from '../project/version.js'
import type { ExportFormat, ExportOptions } from './format.js'

/** `recspec export --to onnx`: a folder with the score and both towers as graphs of ONNX. */
export const onnx: ExportFormat = {
  name: 'onnx',
  summary: 'graphs of ONNX, a folder: score.onnx, and user.onnx and item.onnx where the score is a product',
  write: (context, path, options) =>
    withModel(context, path, options, async ({ model }) => {
      const folder = await folderOf(context.host.cwd, options.out)
      const written = await onnxExport(model, version())
      await checkOthers(folder, options.out, written)
      for (const { name } of written.files)
        await checkDestination(join(folder, name), `--out ${join(options.out, name)}`)
      for (const { name, bytes } of written.files) await save(join(folder, name), bytes)
      if (options.json) answer(context, jsonOf(written, options))
      else context.host.out(textOf(written, options.out))
    }),
}

/** Files that an export may have, and this one has not. */
const others = ({ files }: OnnxExport): readonly string[] =>
  ['score', 'user', 'item']
    .flatMap((name) => [`${name}.onnx`, `${name}.onnx.data`])
    .filter((name) => !files.some((file) => file.name === name))

/** Refuses a folder with files of another export, which would be taken for those of this one. */
const checkOthers = async (folder: string, out: string, written: OnnxExport): Promise<void> => {
  for (const name of others(written))
    if (await stat(join(folder, name)).catch(() => undefined))
      throw failure('document', `${join(out, name)} is of another export`, 'remove it, or name another folder')
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
