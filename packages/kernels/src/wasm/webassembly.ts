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
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => Memory
}

/** WebAssembly; undefined where there is none. */
export const platform = (globalThis as { WebAssembly?: Platform }).WebAssembly

/** Bytes of a page of memory. */
export const PAGE = 65536

/** (module (func (drop (i8x16.splat (i32.const 0))))): valid with SIMD only. */
const probe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]

/** Whether SIMD is available. */
export const simd = (): boolean => platform?.validate(Uint8Array.from(probe)) ?? false

/** Whether SIMD and shared memory are available; in browsers the latter needs cross-origin isolation. */
export const available = (): boolean => typeof SharedArrayBuffer !== 'undefined' && simd()

/** Why the kernels cannot run in WebAssembly, as a clause; undefined where they can. */
export const obstacle = async (): Promise<string | undefined> => {
  if (!platform) return 'there is no WebAssembly'
  if (!simd()) return 'WebAssembly has no SIMD'
  if (typeof SharedArrayBuffer === 'undefined') return 'there is no shared memory, for which a page must be isolated'
  try {
    await platform.compile(Uint8Array.from(probe))
    return undefined
  } catch (error) {
    return `WebAssembly may not be compiled (${(error as Error).message})`
  }
}

/** The bytes of a compiled module. */
export const decode = (encoded: string): Uint8Array => {
  const { atob } = globalThis as unknown as { atob(text: string): string }
  return Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
}
