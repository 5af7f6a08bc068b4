/** Why an artifact was refused, in kebab case. */
export type ArtifactProblem =
  | 'truncated'
  | 'header-size'
  | 'header'
  | 'version'
  | 'tensor-count'
  | 'tensor'
  | 'layout'
  | 'digest'
  | 'not-finite'
  | 'text'
  | 'metadata'
  | 'input'
  | 'weight'

/** A file is not an artifact, or is damaged; none of it may be used. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError'
  readonly code: ArtifactProblem
  /** The tensor at fault, where there is one. */
  readonly tensor: string | undefined

  constructor(code: ArtifactProblem, message: string, tensor?: string) {
    super(tensor === undefined ? message : `tensor "${tensor}": ${message}`)
    this.code = code
    this.tensor = tensor
  }
}
