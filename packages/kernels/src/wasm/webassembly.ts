/** The WebAssembly API that the kernels use; neither the ES2023 types nor Node's declare it. */
export interface Memory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}

/** The kernels of an instance: numbers in, a number or nothing out. */
export type Exports = Readonly<Record<string, (...args: readonly number[]) => number | undefined>>

interface Platform {
  compile(bytes: Uint8Array): Promise<object>
  validate(bytes: Uint8Array): boolean
  readonly Instance: new (
    module: object,
    imports: { env: { memory: object; abort(): void } },
  ) => { readonly exports: unknown }
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => Memory
}

/** WebAssembly; undefined where there is none. */
export const platform = (globalThis as { WebAssembly?: Platform }).WebAssembly

/** Bytes of a page of memory. */
export const PAGE = 65536

/** (module (func (drop (i8x16.splat (i32.const 0))))): valid with SIMD only. */
const probe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]

/** Whether SIMD is available. */
export const simd = (): boolean => platform?.validate(Uint8Array.from(probe)) ?? false

/** Whether memory can be shared with threads; in browsers that needs cross-origin isolation. */
export const shareable = (): boolean => typeof SharedArrayBuffer !== 'undefined'

/** Why the kernels cannot run in WebAssembly, as a clause; undefined where they can. */
export const obstacle = async (): Promise<string | undefined> => {
  if (!platform) return 'there is no WebAssembly'
  if (!simd()) return 'WebAssembly has no SIMD'
  try {
    await platform.compile(Uint8Array.from(probe))
    return undefined
  } catch (error) {
    return `WebAssembly may not be compiled (${(error as Error).message})`
  }
}

/** The import `env.memory` of the module, up to the byte that says whether the memory is shared. */
const memoryImport = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2]
const SHARED = 3
const UNSHARED = 1

/** The bytes of the compiled module, on memory that is shared or not. */
export const decode = (encoded: string, shared: boolean): Uint8Array => {
  const { atob } = globalThis as unknown as { atob(text: string): string }
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
  if (shared) return bytes
  const found = bytes.findIndex((_, at) => memoryImport.every((byte, k) => bytes[at + k] === byte))
  const flag = found + memoryImport.length
  if (found < 0 || bytes[flag] !== SHARED) throw new Error('the module imports no shared memory')
  bytes[flag] = UNSHARED
  return bytes
}
