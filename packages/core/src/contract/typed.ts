/**
 * An operator whose type keeps some of its properties exactly, such as what its parameters are: documents in
 * TypeScript are typed by them.
 */
export type Typed<Operator, Kept> = Omit<Operator, keyof Kept> & Readonly<Kept>
