/** Whether a value is a whole document, and no excerpt of one. */
export declare const isDocument: (value: unknown) => value is Readonly<Record<string, unknown>>
