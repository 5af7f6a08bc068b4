import {
  candidateSet,
  input,
  layer,
  loss,
  macro,
  metric,
  type Plugin,
  type Program,
  type Progress,
  sampler,
  solver,
  split,
  Type,
  tf,
} from '@recspec/core'

/** A plugin with one fault, and the check that has to find it. */
export interface Planted {
  /** What is wrong, as its author would say it. */
  readonly fault: string
  readonly check: string
  readonly plugin: Plugin
}

const none = Type.Object({}, { additionalProperties: false })
const closed = { additionalProperties: false } as const

const tucker = (sections: Partial<Plugin>): Plugin => ({
  name: 'tucker',
  apiVersion: 1,
  package: 'recspec-plugin-tucker',
  version: '0.1.0',
  ...sections,
})

type Layer = Parameters<typeof layer>[0]
type Values = { readonly a: { readonly tensor: tf.Tensor }; readonly b: { readonly tensor: tf.Tensor } }

/** Half the sum of products of two vectors with a weight each, with some parts of its definition replaced. */
export const scaledDot = (parts: Partial<Layer> = {}): Plugin =>
  tucker({
    layers: {
      bilinear: layer({
        summary: 'A dot product times a trained number.',
        params: none,
        inputs: { a: 'one', b: 'one' },
        shape: (_: unknown, { a, b }: { a: readonly unknown[]; b: readonly unknown[] }) => {
          if (a.length !== 1 || b.length !== 1 || a[0] !== b[0])
            throw new Error(`needs vectors of equal width, got [${a}] and [${b}]`)
          return [1]
        },
        weights: () => ({ scale: { shape: [1], init: 'ones' } }),
        apply: (_: unknown, { a, b }: Values, { scale }: Record<string, tf.Tensor>) => ({
          tensor: tf.mul(tf.sum(tf.mul(a.tensor, b.tensor), 1, true), scale!),
        }),
        ...parts,
      } as Layer),
    },
  })

/** Sums up to each step [n, length, width]; the gradient of tfjs's own has another shape. */
const runningSum = (x: tf.Tensor) => {
  const length = x.shape[1]!
  const earlier = tf.tensor2d(
    Array.from({ length: length * length }, (_, k) => (k % length <= Math.floor(k / length) ? 1 : 0)),
    [length, length],
  )
  return tf.matMul(tf.tile(tf.expandDims(earlier, 0), [x.shape[0]!, 1, 1]), x)
}

/** The weighted mean of the steps of a sequence. */
export const meanOf = (parts: Partial<Layer> = {}): Plugin =>
  tucker({
    layers: {
      mean: layer({
        summary: 'The mean of the steps.',
        params: Type.Object({ each: Type.Optional(Type.Boolean({ description: 'at every step' })) }, closed),
        inputs: { x: 'one' },
        shape: ({ each }: { each?: boolean }, { x }: { x: readonly (number | string)[] }) => {
          if (x.length !== 2) throw new Error(`needs a sequence, got [${x}]`)
          return each ? x : x.slice(1)
        },
        causal: () => ({ each: true }),
        apply: ({ each }: { each?: boolean }, { x }: { x: { tensor: tf.Tensor; mask?: tf.Tensor } }) => {
          const mask = x.mask ?? tf.ones(x.tensor.shape.slice(0, 2))
          const weighted = tf.mul(x.tensor, tf.expandDims(mask, -1))
          if (!each) return { tensor: tf.div(tf.sum(weighted, 1), tf.maximum(tf.sum(mask, 1, true), 1)) }
          const counts = tf.maximum(tf.cumsum(mask, 1), 1)
          return { tensor: tf.div(runningSum(weighted), tf.expandDims(counts, -1)), mask }
        },
        ...parts,
      } as Layer),
    },
  })

type Loss = Parameters<typeof loss>[0]

/** Squares of errors, with a slope and a quadratic form. */
export const squares = (parts: Partial<Loss> = {}): Plugin =>
  tucker({
    losses: {
      squares: loss({
        summary: 'Squared error of each event.',
        params: Type.Object(
          { weight: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'of an error' }) },
          closed,
        ),
        inputs: { score: 'one' },
        rejects: (_: unknown, { target }: { target: boolean }) => (target ? undefined : 'needs a target'),
        examples: () => ({ of: 'event', items: 'own' }),
        apply: (
          { weight }: { weight: number },
          { score }: { score: { tensor: tf.Tensor } },
          { target }: { target?: tf.Tensor },
        ) => tf.mul(tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!), weight),
        quadratic: ({ weight }: { weight: number }) => ({ target: (value: number) => value, weight: () => weight }),
        slope: ({ weight }: { weight: number }) => ({
          list: ([score]: Float32Array, target: number, slopes: Float64Array) => {
            slopes[0] = 2 * weight * (score! - target)
            return weight * (score! - target) ** 2
          },
        }),
        ...parts,
      } as Loss),
    },
  })

type Input = Parameters<typeof input>[0]

/** A text as one of some rows by the length of the text. */
export const lengths = (parts: Partial<Input> = {}): Plugin =>
  tucker({
    inputs: {
      lengths: input({
        summary: 'The length of a text, as a row.',
        params: Type.Object(
          { most: Type.Integer({ default: 20, minimum: 1, description: 'longest length with a row' }) },
          closed,
        ),
        gives: 'rows',
        reads: 'column',
        entities: ['user', 'item'],
        shape: () => [],
        learn: ({ most }: { most: number }) => ({ most }),
        height: (_: unknown, { most }: { most: number }) => most + 1,
        encode: (_: unknown, { most }: { most: number }, value: unknown) => ({
          rows: [Math.min(most, String(value ?? '').length)],
        }),
        ...parts,
      } as unknown as Input),
    },
  })

type Solver = Parameters<typeof solver>[0]

const report = (epoch: number, epochs: number, loss: number, state = {}): Progress => ({
  epoch,
  epochs,
  step: epoch,
  loss,
  examples: 1,
  state: () => ({ numbers: { epoch, ...state }, arrays: {} }),
})

/** Shrinks every trained number toward 0, which makes penalties smaller. */
const shrink = ({ tables }: Program, trains: ReadonlySet<string>, by: number) => {
  for (const [name, { values }] of tables)
    if (trains.has(name)) for (let k = 0; k < values.length; k++) values[k]! *= by
}

export const shrinking = (parts: Partial<Solver> = {}): Plugin =>
  tucker({
    solvers: {
      shrink: solver({
        summary: 'Makes all numbers smaller.',
        params: Type.Object(
          {
            epochs: Type.Integer({ default: 2, minimum: 1, description: 'number of times' }),
            factor: Type.Number({
              default: 0.999,
              exclusiveMinimum: 0.99,
              exclusiveMaximum: 1,
              description: 'of each time',
            }),
          },
          closed,
        ),
        kind: 'minimises',
        async *fit(
          { epochs, factor }: { epochs: number; factor: number },
          { trains }: { trains: ReadonlySet<string> },
          program: Program,
          { resume }: { resume?: { numbers: Record<string, number> } },
        ) {
          for (let epoch = (resume?.numbers['epoch'] ?? 0) + 1; epoch <= epochs; epoch++) {
            shrink(program, trains, factor)
            yield report(epoch, epochs, 1)
          }
        },
        ...parts,
      } as unknown as Solver),
    },
  })

const hits = (parts: object = {}): Plugin =>
  tucker({
    metrics: {
      first: metric({
        summary: 'share of held-out items among the first k',
        of: 'rankings',
        better: 'higher',
        k: 'required',
        variants: [],
        ranking: ({ ranks, tied }, k) =>
          Array.from(ranks, (rank, place) => {
            const size = tied?.[place] ?? 1
            return Math.min(1, Math.max(0, k - rank) / size)
          }).reduce((sum, one) => sum + one, 0),
        ...parts,
      }),
    },
  })

type Split = Parameters<typeof split>[0]

const every = (parts: Partial<Split> = {}): Plugin =>
  tucker({
    splits: {
      every: split({
        summary: 'every n-th row',
        params: Type.Object({ n: Type.Integer({ default: 3, minimum: 2, description: 'one of so many' }) }, closed),
        holdOut: ({ n }: { n: number }, { events }: { events: { count: number } }) =>
          Int32Array.from({ length: Math.floor(events.count / n) }, (_, k) => k * n),
        ...parts,
      } as unknown as Split),
    },
  })

type Candidates = Parameters<typeof candidateSet>[0]

const constant = (parts: Partial<Candidates> = {}): Plugin =>
  tucker({
    candidates: {
      some: candidateSet({
        summary: 'so many items',
        params: Type.Object({ count: Type.Integer({ default: 5, minimum: 1, description: 'of items' }) }, closed),
        protocol: ({ count }: { count: number }) => `some-${count}`,
        async *rank({ count }: { count: number }, { user }: { user: Int32Array }) {
          for (let cell = 0; cell < user.length; cell++)
            yield { ranks: [cell % count], held: 1, candidates: count, cells: [cell] }
        },
        ...parts,
      } as unknown as Candidates),
    },
  })

type Sampler = Parameters<typeof sampler>[0]

const byKey = (key: number, draw: number, items: number) =>
  Math.abs((key ^ Math.imul(draw + 1, 0x9e3779b1)) >>> 0) % items

const drawing = (parts: Partial<Sampler> = {}): Plugin =>
  tucker({
    samplers: {
      any: sampler({
        summary: 'any item',
        params: none,
        draws: (_: unknown, { items }: { items: { ids: { count: number } } }) => ({
          item: (_user: number, key: number, draw: number) => byKey(key, draw, items.ids.count),
        }),
        ...parts,
      } as unknown as Sampler),
    },
  })

type Macro = Parameters<typeof macro>[0]

const towers = (parts: Partial<Macro> = {}): Plugin =>
  tucker({
    layers: {
      towers: macro({
        summary: 'Two tables and their dot product.',
        params: Type.Object(
          { dim: Type.Integer({ default: 3, minimum: 1, description: 'width of the tables' }) },
          closed,
        ),
        inputs: { user: 'rows', item: 'rows' },
        expand: ({ dim }: { dim: number }, { user, item }: { user: readonly string[]; item: readonly string[] }) => ({
          embeddings: { p: { input: user[0]!, dim }, q: { input: item[0]!, dim } },
          ops: { score: { type: 'dot', inputs: ['.p', '.q'] } },
          output: 'score',
        }),
        ...parts,
      } as unknown as Macro),
    },
  })

/** Plugins without a fault: none of their checks may find one. */
export const sound: Readonly<Record<string, Plugin>> = {
  layer: scaledDot(),
  sequences: meanOf(),
  loss: squares(),
  input: lengths(),
  solver: shrinking(),
  metric: hits(),
  split: every(),
  'candidate set': constant(),
  sampler: drawing(),
  macro: towers(),
}

const product = ({ a, b }: Values) => tf.sum(tf.mul(a.tensor, b.tensor), 1, true)

/** A function whose gradient is wrong: that of half of it. */
const halfGradient = tf.customGrad((x: unknown, save: unknown) => {
  ;(save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor])
  return {
    value: tf.square(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved!),
  }
})

let counter = 0
const kept: tf.Tensor[] = []

/** Every fault of which a review of plugins found that nothing noticed it, and more. */
export const planted: readonly Planted[] = [
  {
    fault: 'a form that contradicts apply',
    check: 'form',
    plugin: scaledDot({ form: () => ({ is: 'dot', normalized: false }) } as Partial<Layer>),
  },
  {
    fault: 'a vjp that forgets a weight',
    check: 'form',
    plugin: tucker({
      layers: {
        scale: layer({
          summary: 'Each number times a trained one.',
          params: none,
          inputs: { x: 'one' },
          shape: (_, { x }) => {
            if (x.length !== 1) throw new Error('needs a vector')
            return x
          },
          weights: (_, { x }) => ({ factor: { shape: [x[0] as number], init: 'ones' } }),
          form: () => ({ is: 'linear', vjp: (cotangent) => ({ inputs: [cotangent], constant: 0 }) }),
          apply: (_, { x }, { factor }) => ({ tensor: tf.mul(x.tensor, factor) }),
        }),
      },
    }),
  },
  {
    fault: 'a wrong gradient of an op',
    check: 'gradients',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => ({
        tensor: tf.mul(halfGradient(product(values)), scale!),
      })) as never,
    }),
  },
  {
    fault: 'an op that declares [8] and returns [1]',
    check: 'shapes',
    plugin: scaledDot({ shape: (() => [8]) as never }),
  },
  {
    fault: 'integers from apply',
    check: 'shapes',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => ({
        tensor: tf.cast(tf.mul(product(values), scale!), 'int32'),
      })) as never,
    }),
  },
  {
    fault: 'Math.random in apply',
    check: 'determinism',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => ({
        tensor: tf.mul(tf.mul(product(values), scale!), 1 + 1e-7 * Math.random()),
      })) as never,
    }),
  },
  {
    fault: 'the clock in apply',
    check: 'determinism',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => ({
        tensor: tf.mul(tf.mul(product(values), scale!), Date.now() > 0 ? 1 : 0),
      })) as never,
    }),
  },
  {
    fault: 'a tensor that is kept',
    check: 'leaks',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => {
        kept.push(tf.keep(tf.scalar(1)))
        return { tensor: tf.mul(product(values), scale!) }
      }) as never,
    }),
  },
  {
    fault: 'writing into dataSync()',
    check: 'inputs unwritten',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => {
        values.a.tensor.dataSync()[0] = 0
        return { tensor: tf.mul(product(values), scale!) }
      }) as never,
    }),
  },
  {
    fault: 'a weight that nothing reads',
    check: 'weights',
    plugin: scaledDot({
      weights: (() => ({ scale: { shape: [1], init: 'ones' }, spare: { shape: [2], init: 'zeros' } })) as never,
    }),
  },
  {
    fault: 'statistics of the batch when serving',
    check: 'batch',
    plugin: scaledDot({
      apply: ((_: unknown, values: Values, { scale }: Record<string, tf.Tensor>) => {
        const found = tf.mul(product(values), scale!)
        return { tensor: tf.sub(found, tf.mean(found)) }
      }) as never,
    }),
  },
  {
    fault: 'a parameter that nothing reads',
    check: 'parameters',
    plugin: scaledDot({
      params: Type.Object({ rate: Type.Number({ default: 0.5, minimum: 0, description: 'unread' }) }, closed) as never,
    }),
  },
  {
    fault: 'a refusal that is a crash',
    check: 'refusals',
    plugin: scaledDot({
      shape: ((_: unknown, { a, b }: { a: readonly number[]; b: readonly number[] }) => {
        if (a.length !== 1 || a[0] !== b[0]) (undefined as unknown as { width(): void }).width()
        return [1]
      }) as never,
    }),
  },
  {
    fault: 'padding that counts in a mean',
    check: 'padding',
    plugin: meanOf({
      causal: undefined as never,
      params: none as never,
      shape: ((_: unknown, { x }: { x: readonly number[] }) => {
        if (x.length !== 2) throw new Error('needs a sequence')
        return x.slice(1)
      }) as never,
      apply: ((_: unknown, { x }: { x: { tensor: tf.Tensor } }) => ({ tensor: tf.mean(x.tensor, 1) })) as never,
    }),
  },
  {
    fault: 'a step that sees later ones',
    check: 'causal',
    plugin: meanOf({
      apply: (({ each }: { each?: boolean }, { x }: { x: { tensor: tf.Tensor; mask?: tf.Tensor } }) => {
        const mask = x.mask ?? tf.ones(x.tensor.shape.slice(0, 2))
        const sum = tf.sum(tf.mul(x.tensor, tf.expandDims(mask, -1)), 1)
        const mean = tf.div(sum, tf.maximum(tf.sum(mask, 1, true), 1))
        if (!each) return { tensor: mean }
        return { tensor: tf.add(tf.zerosLike(x.tensor), tf.expandDims(mean, 1)), mask }
      }) as never,
    }),
  },
  {
    fault: 'a wrong slope of a loss',
    check: 'slope',
    plugin: squares({
      slope: (() => ({
        list: ([score]: Float32Array, target: number, slopes: Float64Array) => {
          slopes[0] = score! - target
          return (score! - target) ** 2
        },
      })) as never,
    }),
  },
  {
    fault: 'a quadratic form that contradicts apply',
    check: 'quadratic',
    plugin: squares({ quadratic: (() => ({ target: (value: number) => value + 1, weight: () => 1 })) as never }),
  },
  {
    fault: 'a scalar loss',
    check: 'terms',
    plugin: squares({
      apply: ((_: unknown, { score }: { score: { tensor: tf.Tensor } }, { target }: { target: tf.Tensor }) =>
        tf.mean(tf.squaredDifference(tf.reshape(score.tensor, target.shape), target))) as never,
    }),
  },
  {
    fault: 'a wrong gradient of a loss',
    check: 'gradients',
    plugin: squares({
      apply: ((
        { weight }: { weight: number },
        { score }: { score: { tensor: tf.Tensor } },
        { target }: { target: tf.Tensor },
      ) => tf.mul(halfGradient(tf.sub(tf.reshape(score.tensor, target.shape), target)), weight)) as never,
    }),
  },
  {
    fault: 'terms that depend on the batch',
    check: 'batch',
    plugin: squares({
      apply: ((
        { weight }: { weight: number },
        { score }: { score: { tensor: tf.Tensor } },
        { target }: { target: tf.Tensor },
      ) => tf.mul(tf.squaredDifference(tf.reshape(score.tensor, target.shape), target), weight / target.size)) as never,
    }),
  },
  { fault: 'negative rows', check: 'rows', plugin: lengths({ encode: (() => ({ rows: [-1] })) as never }) },
  { fault: 'fractional rows', check: 'rows', plugin: lengths({ encode: (() => ({ rows: [0.5] })) as never }) },
  { fault: 'too few rows', check: 'rows', plugin: lengths({ encode: (() => ({ rows: [] })) as never }) },
  {
    fault: 'rows beyond height for long texts',
    check: 'rows',
    plugin: lengths({
      encode: ((_: unknown, __: unknown, value: unknown) => ({ rows: [String(value ?? '').length] })) as never,
    }),
  },
  {
    fault: 'a Map as state',
    check: 'state',
    plugin: lengths({
      learn: (() => new Map([['most', 20]])) as never,
      height: (() => 21) as never,
      encode: ((_: unknown, state: Map<string, number>, value: unknown) => ({
        rows: [Math.min(state.get('most')!, String(value ?? '').length)],
      })) as never,
    }),
  },
  {
    fault: 'rows by the order of calls',
    check: 'determinism',
    plugin: lengths({
      encode: ((_: unknown, { most }: { most: number }) => ({ rows: [counter++ % (most + 1)] })) as never,
    }),
  },
  {
    fault: 'a state that encode writes',
    check: 'inputs unwritten',
    plugin: lengths({
      encode: ((_: unknown, state: { most: number; last?: number }, value: unknown) => {
        state.last = String(value ?? '').length
        return { rows: [Math.min(state.most, state.last)] }
      }) as never,
    }),
  },
  {
    fault: 'a solver that reports NaN',
    check: 'reports',
    plugin: shrinking({
      async *fit() {
        yield report(1, 1, Number.NaN)
      },
      params: none as never,
    }),
  },
  {
    fault: 'a solver that yields nothing',
    check: 'reports',
    plugin: shrinking({ async *fit() {}, params: none as never }),
  },
  {
    fault: 'a solver that writes frozen tables',
    check: 'frozen weights',
    plugin: shrinking({
      params: none as never,
      fit: async function* (
        _: unknown,
        { graph }: { graph: { tables: ReadonlyMap<string, unknown> } },
        program: Program,
      ) {
        shrink(program, new Set(graph.tables.keys()), 0.999)
        yield report(1, 1, 1)
      } as never,
    }),
  },
  {
    fault: 'a solver that writes the data set',
    check: 'data unwritten',
    plugin: shrinking({
      params: none as never,
      fit: async function* (_: unknown, __: unknown, program: Program) {
        program.dataset.events.user.reverse()
        yield report(1, 1, 1)
      } as never,
    }),
  },
  {
    fault: 'a solver that makes the objective larger',
    check: 'objective',
    plugin: shrinking({
      params: none as never,
      fit: async function* (_: unknown, { trains }: { trains: ReadonlySet<string> }, program: Program) {
        shrink(program, trains, 40)
        yield report(1, 1, 1)
      } as never,
    }),
  },
  {
    fault: 'a solver that ignores where it resumes',
    check: 'resume',
    plugin: shrinking({
      fit: async function* (
        { epochs, factor }: { epochs: number; factor: number },
        { trains }: { trains: ReadonlySet<string> },
        program: Program,
      ) {
        for (let epoch = 1; epoch <= epochs; epoch++) {
          shrink(program, trains, factor)
          yield report(epoch, epochs, 1)
        }
      } as never,
    }),
  },
  {
    fault: 'Math.random in a solver',
    check: 'repeat',
    plugin: shrinking({
      params: none as never,
      fit: async function* (_: unknown, { trains }: { trains: ReadonlySet<string> }, program: Program) {
        shrink(program, trains, 1 - 0.01 * Math.random())
        yield report(1, 1, 1)
      } as never,
    }),
  },
  {
    fault: 'plain-object parameters',
    check: 'plugin',
    plugin: scaledDot({ params: { rate: 1 } as never }),
  },
  { fault: 'an unknown kind of port', check: 'plugin', plugin: scaledDot({ inputs: { a: 'two' } as never }) },
  {
    fault: 'an unknown section',
    check: 'plugin',
    plugin: { ...scaledDot(), metric: {} } as Plugin,
  },
  { fault: 'a metric that is better the other way', check: 'better', plugin: hits({ better: 'lower' }) },
  {
    fault: 'a metric that ignores ties',
    check: 'ties',
    plugin: hits({
      ranking: ({ ranks }: { ranks: ArrayLike<number> }, k: number) =>
        Array.from(ranks).filter((rank) => rank < k).length,
    }),
  },
  {
    fault: 'a metric that sorts the ranks it is given',
    check: 'inputs unwritten',
    plugin: hits({
      ranking: ({ ranks, tied }: { ranks: Int32Array; tied?: ArrayLike<number> }, k: number) => {
        const size = (place: number) => tied?.[place] ?? 1
        const sum = Array.from(ranks, (rank, place) => Math.min(1, Math.max(0, k - rank) / size(place))).reduce(
          (a, b) => a + b,
          0,
        )
        if (ArrayBuffer.isView(ranks)) ranks.sort()
        return sum
      },
    }),
  },
  {
    fault: 'a split whose rows descend',
    check: 'rows',
    plugin: every({
      holdOut: (({ n }: { n: number }, { events }: { events: { count: number } }) =>
        Int32Array.from({ length: Math.floor(events.count / n) }, (_, k) => k * n).reverse()) as never,
    }),
  },
  {
    fault: 'a split of its own random numbers',
    check: 'determinism',
    plugin: every({
      holdOut: (({ n }: { n: number }, { events }: { events: { count: number } }) => {
        const first = Math.floor(Math.random() * n)
        return Int32Array.from({ length: Math.floor((events.count - n) / n) }, (_, k) => k * n + first)
      }) as never,
    }),
  },
  {
    fault: 'one protocol id for different candidates',
    check: 'protocol',
    plugin: constant({ protocol: () => 'some' }),
  },
  {
    fault: 'ranks beyond the candidates',
    check: 'rankings',
    plugin: constant({
      rank: async function* ({ count }: { count: number }) {
        yield { ranks: [count + 1], held: 1, candidates: count }
      } as never,
    }),
  },
  {
    fault: 'draws that depend on the calls before',
    check: 'determinism',
    plugin: drawing({ draws: (() => ({ item: () => counter++ % 8 })) as never }),
  },
  {
    fault: 'log-q of another distribution',
    check: 'log-q',
    plugin: drawing({
      draws: ((_: unknown, { items }: { items: { ids: { count: number } } }) => ({
        item: (_user: number, key: number, draw: number) => byKey(key, draw, items.ids.count),
        logQ: (_user: number, item: number) => Math.log((item + 1) / 36),
      })) as never,
    }),
  },
  {
    fault: 'an item that does not exist',
    check: 'draws',
    plugin: drawing({ draws: (() => ({ item: () => 8 })) as never }),
  },
  {
    fault: 'a macro with an output that is none of its parts',
    check: 'expansion',
    plugin: towers({
      expand: (({ dim }: { dim: number }, { user, item }: { user: readonly string[]; item: readonly string[] }) => ({
        embeddings: { p: { input: user[0]!, dim }, q: { input: item[0]!, dim } },
        ops: { score: { type: 'dot', inputs: ['.p', '.q'] } },
        output: 'scores',
      })) as never,
    }),
  },
  {
    fault: 'a macro with a part that nothing reads',
    check: 'expansion',
    plugin: towers({
      expand: (({ dim }: { dim: number }, { user, item }: { user: readonly string[]; item: readonly string[] }) => ({
        embeddings: { p: { input: user[0]!, dim }, q: { input: item[0]!, dim }, spare: { input: user[0]!, dim } },
        ops: { score: { type: 'dot', inputs: ['.p', '.q'] } },
        output: 'score',
      })) as never,
    }),
  },
]
