import { below, key, normal } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { ArtifactError } from './error.js'
import { version } from './header.js'
import { encode, sha256 } from './platform.js'
import { contentDigest, digest, madeByKey, read, write } from './safetensors.js'
import type { ArtifactTensor } from './tensor.js'

const tensors = new Map<string, ArtifactTensor>([
  ['q', { shape: [3, 2], data: Float32Array.from({ length: 6 }, (_, at) => normal(1, at)) }],
  ['10', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ['9', { shape: [1], data: Int32Array.of(-7) }],
  ['mean', { shape: [], data: Float64Array.of(Math.PI) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['__proto__', { shape: [2], data: Int32Array.of(2 ** 31 - 1, -(2 ** 31)) }],
])
const metadata = { document: '{"name":"π \\u0000"}', seed: '0' }

const refused = async (bytes: Uint8Array): Promise<ArtifactError> => {
  const error = await read(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ArtifactError)
  return error as ArtifactError
}

test('tensors survive a file, with names that look like numbers or members of Object.prototype too', async () => {
  const file = await write(tensors, metadata)
  const contents = await read(file)
  expect([...contents.tensors.keys()].sort()).toEqual([...tensors.keys()].sort())
  for (const [name, tensor] of tensors) expect(contents.tensors.get(name), name).toEqual(tensor)
  expect(Object.fromEntries(contents.metadata)).toEqual(metadata)
  expect(contents.digest).toBe(await digest(tensors, metadata))
})

test('an artifact can be empty', async () => {
  const contents = await read(await write(new Map(), {}))
  expect([contents.tensors.size, contents.metadata.size]).toEqual([0, 0])
})

test('bytes that start anywhere in memory are read', async () => {
  const file = await write(tensors, metadata)
  for (let shift = 0; shift < 8; shift++) {
    const room = new Uint8Array(file.length + shift)
    room.set(file, shift)
    expect((await read(room.subarray(shift))).tensors.get('q')).toEqual(tensors.get('q'))
  }
})

test('equal contents in any order give equal bytes; other contents another digest', async () => {
  const reversed = new Map([...tensors].reverse())
  const { document, seed } = metadata
  const file = await write(tensors, metadata)
  expect(await write(reversed, { seed, document })).toEqual(file)
  expect(await digest(tensors, { ...metadata, seed: '1' })).not.toBe(await digest(tensors, metadata))
  const nudged = new Map(tensors).set('9', { shape: [1], data: Int32Array.of(-8) })
  expect(await digest(nudged, metadata)).not.toBe(await digest(tensors, metadata))
})

test('the digest of the content leaves out the versions that wrote it, and nothing else', async () => {
  const file = await write(tensors, { ...metadata, [madeByKey]: 'core 1' })
  const other = await write(tensors, { ...metadata, [madeByKey]: 'core 2' })
  expect(other).not.toEqual(file)
  expect(await contentDigest(other)).toBe(await contentDigest(file))
  const seeded = await write(tensors, { ...metadata, seed: '1', [madeByKey]: 'core 1' })
  expect(await contentDigest(seeded)).not.toBe(await contentDigest(file))
  const nudged = await write(new Map(tensors).set('9', { shape: [1], data: Int32Array.of(-8) }), metadata)
  expect(await contentDigest(nudged)).not.toBe(await contentDigest(file))
})

test('tensors in shared memory are written like any other', async () => {
  const data = new Float32Array(new SharedArrayBuffer(24))
  data.set(tensors.get('q')!.data)
  expect(await write(new Map(tensors).set('q', { shape: [3, 2], data }), metadata)).toEqual(
    await write(tensors, metadata),
  )
})

test('the container is the published one: length, JSON, aligned data without gaps', async () => {
  const file = await write(tensors, metadata)
  const length = Number(new DataView(file.buffer).getBigUint64(0, true))
  expect(length % 8).toBe(0)
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  expect(header.mean).toEqual({ dtype: 'F64', shape: [], data_offsets: [0, 8] })
  let end = 0
  for (const [name, { dtype, data_offsets }] of Object.entries<{ dtype: string; data_offsets: [number, number] }>(
    header,
  )) {
    if (name === '__metadata__') continue
    expect(data_offsets[0] % { F64: 8, F32: 4, I32: 4, U8: 1 }[dtype]!).toBe(0)
    end = Math.max(end, data_offsets[1])
  }
  expect(8 + length + end).toBe(file.length)
})

test('every flipped bit is detected', async () => {
  const file = await write(tensors, metadata)
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const broken = file.slice()
    broken[bit >> 3]! ^= 1 << (bit & 7)
    await refused(broken)
  }
})

test('every truncation and every added byte is detected', async () => {
  const file = await write(tensors, metadata)
  for (let length = 0; length < file.length; length++) await refused(file.subarray(0, length))
  for (const extra of [1, 8, 16]) {
    const longer = new Uint8Array(file.length + extra)
    longer.set(file)
    expect((await refused(longer)).code).toBe('layout')
  }
})

test('random damage is detected', async () => {
  const file = await write(tensors, metadata)
  for (let trial = 0; trial < 2000; trial++) {
    const broken = file.slice()
    for (let byte = 0; byte < 1 + below(8, key(1), trial); byte++) {
      broken[below(file.length, key(2, trial), byte)] = below(256, key(3, trial), byte)
    }
    if (!broken.every((byte, at) => byte === file[at])) await refused(broken)
  }
})

test('the tensor at fault is named', async () => {
  const file = await write(tensors, metadata)
  file[file.length - 1]! ^= 1
  expect(await refused(file)).toMatchObject({
    code: 'digest',
    tensor: '10',
    message: 'tensor "10": differs from its digest',
  })
})

// A file whose digests are right but whose header says what the test wants.
const forge = async (described: string, data: Uint8Array, hashes: string, pad = ' '): Promise<Uint8Array> => {
  const texts = `"artifact":"${version}",DIGEST"sha256":${JSON.stringify(hashes)}`
  const header = (digest: string) => {
    const text = `{"__metadata__":{${texts.replace('DIGEST', digest)}}${described}}`
    return encode(text + pad.repeat((8 - (encode(text).length % 8)) % 8))
  }
  const bytes = header(`"digest":"${await sha256(header(''))}",`)
  const file = new Uint8Array(8 + bytes.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true)
  file.set(bytes, 8)
  file.set(data, 8 + bytes.length)
  return file
}
const four = Uint8Array.of(1, 2, 3, 4)
const hashOf = async (...names: readonly string[]) =>
  `{${await Promise.all(names.map(async (name) => `"${name}":"${await sha256(four)}"`))}}`

test('a forged file passes when it is well-formed', async () => {
  const file = await forge(',"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}', four, await hashOf('a'))
  expect((await read(file)).tensors.get('a')).toEqual({ shape: [4], data: four })
})

test.each([
  ['a lying shape', ',"a":{"dtype":"U8","shape":[5],"data_offsets":[0,4]}', 'tensor'],
  [
    'a shape whose size overflows',
    ',"a":{"dtype":"U8","shape":[9007199254740991,9007199254740991],"data_offsets":[0,4]}',
    'tensor',
  ],
  ['a negative size', ',"a":{"dtype":"U8","shape":[-2,-2],"data_offsets":[0,4]}', 'tensor'],
  ['an unknown dtype', ',"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}', 'tensor'],
  ['a dtype from the prototype', ',"a":{"dtype":"constructor","shape":[4],"data_offsets":[0,4]}', 'tensor'],
  ['a tensor that is not an object', ',"a":null', 'tensor'],
  ['a gap at the start', ',"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}', 'layout'],
  ['bytes nobody owns', ',"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}', 'layout'],
  ['data beyond the end', ',"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}', 'truncated'],
  [
    'an overlap',
    ',"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}',
    'layout',
  ],
  [
    'a duplicate key',
    ',"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}',
    'header',
  ],
  ['spaces', ', "a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}', 'header'],
  ['a number written otherwise', ',"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}', 'header'],
  ['an extra property', ',"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"path":"../x"}', 'header'],
])('a file with right digests and %s is refused', async (_, described, code) => {
  expect((await refused(await forge(described, four, await hashOf('a', 'b')))).code).toBe(code)
})

test('a file with valid digests and NaN is refused', async () => {
  const data = new Uint8Array(Float32Array.of(1, Number.NaN).buffer)
  const file = await forge(
    ',"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}',
    data,
    `{"a":"${await sha256(data)}"}`,
  )
  expect(await refused(file)).toMatchObject({ code: 'not-finite', message: 'tensor "a": NaN at 1' })
})

test.each(['null', '[]', '"x"', '{', '{}'])('hashes that read %s are refused', async (hashes) => {
  const described = ',"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}'
  expect(['header', 'digest']).toContain((await refused(await forge(described, four, hashes))).code)
})

test('other files are refused by name', async () => {
  const raw = (header: string) => {
    const bytes = encode(header.padEnd(Math.ceil(header.length / 8) * 8))
    const file = new Uint8Array(8 + bytes.length)
    new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true)
    file.set(bytes, 8)
    return file
  }
  expect((await refused(encode('PK\u0003\u0004 a zip, not a model'))).code).toBe('header-size')
  expect((await refused(raw('{"__metadata__":{"format":"pt"}}'))).code).toBe('version')
  expect(await refused(raw('{"__metadata__":{"artifact":"3"}}'))).toMatchObject({
    code: 'version',
    message: 'unsupported artifact version "3", expected "2"',
  })
  expect(await refused(raw('{"__metadata__":{"artifact":"1"}}'))).toMatchObject({
    code: 'version',
    message: 'unsupported artifact version "1", expected "2": an earlier recspec wrote the file, train the model again',
  })
  expect((await refused(raw('[]'))).code).toBe('header')
  expect((await refused(raw('{"__metadata__":{"artifact":1}}'))).code).toBe('header')
  expect((await refused(raw('['.repeat(100_000)))).code).toBe('header')
  const many = Array.from({ length: 65_537 }, (_, at) => `"${at}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)
  expect((await refused(raw(`{"__metadata__":{"artifact":"1"},${many.join(',')}}`))).code).toBe('tensor-count')
})

test('tensors that could not be read back are not written', async () => {
  const one = (tensor: ArtifactTensor) => write(new Map([['a', tensor]]), {})
  await expect(one({ shape: [1], data: Float32Array.of(Infinity) })).rejects.toMatchObject({
    code: 'not-finite',
    tensor: 'a',
  })
  await expect(one({ shape: [2], data: Float32Array.of(1) })).rejects.toMatchObject({ code: 'tensor' })
  await expect(write(new Map(), { digest: 'mine' })).rejects.toMatchObject({ code: 'header' })
  await expect(write(new Map([['__metadata__', { shape: [0], data: new Uint8Array(0) }]]), {})).rejects.toMatchObject({
    code: 'tensor',
  })
  await expect(write(new Map(), { document: 'x'.repeat(8 * 1024 * 1024) })).rejects.toMatchObject({
    code: 'header-size',
  })
})
