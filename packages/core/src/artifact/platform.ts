// Globals of both Node 20 and browsers, which core's TypeScript libraries do not declare.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string }
declare const crypto: { readonly subtle?: { digest(name: 'SHA-256', bytes: Uint8Array): Promise<ArrayBuffer> } }

const encoder = new TextEncoder()

/** Text as UTF-8. */
export const encode = (text: string): Uint8Array => encoder.encode(text)

/** A streaming UTF-8 decoder; throws on invalid UTF-8. */
export const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** SHA-256 in hexadecimal. Browsers offer it on https and localhost only. */
export const sha256 = async (bytes: Uint8Array): Promise<string> => {
  if (!crypto.subtle) throw new Error('artifacts need crypto.subtle, which browsers offer on https and localhost only')
  // crypto.subtle does not accept shared memory, such as that of the kernels
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice()
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', own))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
