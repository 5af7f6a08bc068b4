/** An error that says why a model cannot be exported, with the reason that decides the exit code and a hint. */
export const refusal = (message: string, hint: string): Error =>
  Object.assign(new Error(message), { reason: 'document', hint })
