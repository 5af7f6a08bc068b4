import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kernels } from '@recspec/kernels'
import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onnxExport } from '../../src/onnx/index.js'
import { encodeModel } from '../../src/onnx/proto.js'
import { scoreModel } from '../../src/onnx/score.js'
import { asked, feedsOf, opened, trained } from './agreement.js'
import { documents } from './documents.js'
import { world } from './world.js'

let kernels: Kernels
let folder: string
beforeAll(async () => {
  kernels = await opened()
  folder = await mkdtemp(join(tmpdir(), 'recspec-onnx-'))
})
afterAll(async () => {
  kernels.close()
  await rm(folder, { recursive: true })
})

test('constants that are too large for one file are in a file beside it', async () => {
  const model = await trained(kernels, {
    ...documents['dot']!['score'],
    embeddings: { p: { input: 'user', dim: 64 }, q: { input: 'item', dim: 64 } },
  })
  const written = await scoreModel(model, '0.0.0')
  const { model: whole, data: none } = encodeModel(written, 'score.onnx.data')
  expect(none).toBeUndefined()
  const { model: bytes, data } = encodeModel(written, 'score.onnx.data', 100)
  expect(bytes.length + data!.length).toBeGreaterThan(whole.length)
  expect(bytes.length).toBeLessThan(whole.length / 2)
  await writeFile(join(folder, 'score.onnx'), bytes)
  await writeFile(join(folder, 'score.onnx.data'), data!)
  const rows = asked(model, world, 5)
  const own = await InferenceSession.create(join(folder, 'score.onnx'))
  const found = (await own.run(feedsOf(own, rows)))['score']!.data as Float32Array
  const expected = model.predict(rows.events.user, rows.events.item)
  for (const [k, value] of expected.entries()) expect(Math.abs(value - found[k]!)).toBeLessThan(1e-5)
})

test('a graph says what goes in and comes out, and what it was made of', async () => {
  const model = await trained(kernels, documents['dot']!['score']!)
  const { files, graphs, constant } = await onnxExport(model, '0.0.0')
  expect(files.map(({ name }) => name)).toEqual(['score.onnx', 'user.onnx', 'item.onnx'])
  const id = (name: string) => ({ name, type: 'string', dims: ['batch'] })
  const vector = { name: 'vector', type: 'float', dims: ['batch', 4] }
  expect(graphs).toEqual([
    {
      file: 'score.onnx',
      inputs: [id('user'), id('item')],
      outputs: [{ name: 'score', type: 'float', dims: ['batch'] }],
    },
    { file: 'user.onnx', inputs: [id('user')], outputs: [vector] },
    { file: 'item.onnx', inputs: [id('item')], outputs: [vector] },
  ])
  expect(constant).toBe(0)
  const again = await onnxExport(model, '0.0.0')
  expect(again.files.every(({ bytes }, k) => Buffer.from(bytes).equals(files[k]!.bytes))).toBe(true)
})

const PYTHON = process.env['RECSPEC_PYTHON']

const CHECK = `
import json, sys, numpy, onnx, onnxruntime
path, feeds = sys.argv[1], json.loads(sys.argv[2])
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path)
session = onnxruntime.InferenceSession(path)
types = {'tensor(string)': object, 'tensor(double)': numpy.float64, 'tensor(float)': numpy.float32}
own = {i.name: numpy.array(feeds[i.name], dtype=types[i.type]) for i in session.get_inputs()}
print(json.dumps({
    'score': session.run(['score'], own)[0].tolist(),
    'opset': {o.domain: o.version for o in model.opset_import},
    'document': json.loads({p.key: p.value for p in model.metadata_props}['document'])['name'],
}))
`

describe.skipIf(PYTHON === undefined)('in Python (RECSPEC_PYTHON)', () => {
  test.each([
    ['attention', 'causal'],
    ['lstm', 'last'],
    ['autoencoder/item-to-item', 'ease'],
  ])('%s: the checker of onnx passes, and onnxruntime gives the scores of predict', async (type, name) => {
    const model = await trained(kernels, documents[type]![name]!)
    const path = join(folder, `${type.replace('/', '-')}.onnx`)
    await writeFile(path, encodeModel(await scoreModel(model, '0.0.0'), 'x').model)
    const { user, item, events } = asked(model, world, 17)
    const out = execFileSync(PYTHON!, ['-c', CHECK, path, JSON.stringify({ user, item })], { encoding: 'utf8' })
    const found = JSON.parse(out) as { score: number[]; opset: Record<string, number>; document: string }
    expect(found.opset).toEqual({ '': 18, 'ai.onnx.ml': 3 })
    expect(found.document).toBe('onnx')
    for (const [k, value] of model.predict(events.user, events.item).entries())
      expect(Math.abs(value - found.score[k]!)).toBeLessThan(1e-5)
  })
})

test.runIf(PYTHON === undefined)('RECSPEC_PYTHON names no Python: the graphs were not checked there', () => {
  expect(PYTHON).toBeUndefined()
})
